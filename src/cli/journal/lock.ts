import { join } from 'node:path';
import { type Clock, currentClock } from '../../primitives/clock.ts';
import { appendText, BEAT_EVERY, type Beat, startHeartbeat, systemBeat } from './heartbeat.ts';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import { type Processes, type ProcessIdentity, systemProcesses } from './process-identity.ts';

/** What the lock is made of. */
export interface LockParts {
  readonly files: JournalFiles;
  readonly processes?: Processes;
  readonly clock?: Clock;
  readonly beat?: Beat;
  /** Called before a wait of seconds, with what is waited for. */
  readonly onWait?: (text: string) => void;
}

/** A journal that no other process may write. */
export interface JournalLock {
  release(): Promise<void>;
}

interface Claim extends ProcessIdentity {
  readonly name: string;
}

// lock-<pid>-<birth>-<token>: the name says all that tells a dead owner from a living one, so a file whose content is
// not written yet can be judged.
const CLAIM = /^lock-(\d+)-([\w.]*)-\w+$/;
const HELD = 'held ';
// How long to look at somebody who is about to decide. Deciding takes him three calls of the system.
const LOOK_AGAIN = 10;
const LOOKS = 200;
// How long to look at a process of another container or machine for a sign of life: some beats of its heart, since a
// function may hold it up.
const WATCH_FOR = 10 * BEAT_EVERY;

/**
 * Locks a journal, or throws.
 *
 * Each contender first puts up a claim, a file of its own that has a name nobody used before, then looks for those of
 * others. Of two that overlap at least one sees the other, since both have put theirs up before they look. If a living
 * one is there, then the one that holds the lock, else the first by name, goes on; the others give up. Claims of dead
 * processes are removed by anybody: their names never come again, so what is removed is never a living one. A process of
 * another container or machine cannot be seen: its claim is a living one as long as it grows.
 *
 * One lock file to create exclusively is shorter, but taking a stale one over is a removal and a creation, and between
 * the two calls the file that is removed may have become that of a third process.
 *
 * @throws {CliError} with exit code 4, naming pid and start of the owner.
 */
export async function lockJournal(folder: string, parts: LockParts): Promise<JournalLock> {
  const { files, processes = systemProcesses, clock = currentClock(), beat = systemBeat } = parts;
  const { pid, birth } = processes.self;
  const name = `lock-${pid}-${birth}-${processes.token()}`;
  const path = join(folder, name);
  await orJournalError('write', path, appendText(files, path, ''));
  const stopBeating = startHeartbeat(files, path, beat);
  const release = async (): Promise<void> => {
    await stopBeating();
    await orJournalError('remove', path, files.remove(path));
  };
  try {
    for (let looks = 0; ; looks += 1) {
      const claims = (await readClaims(files, folder)).filter((claim) => claim.name !== name);
      const rivals = await findRivals(folder, claims, { ...parts, processes, clock });
      if (rivals.length === 0) break;
      await throwIfBeaten(files, folder, rivals, { name, isLastLook: looks === LOOKS });
      await new Promise<void>((resolve) => clock.setTimer(resolve, LOOK_AGAIN));
    }
    await orJournalError('write', path, appendText(files, path, `${HELD}${new Date().toISOString()}\n`));
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/** The process that has a journal, if a living one has. Only looks: neither claims nor removes anything. */
export async function findOwner(
  files: JournalFiles,
  folder: string,
  processes: Processes = systemProcesses,
): Promise<number | undefined> {
  const living = (await readClaims(files, folder)).filter((claim) => processes.isAlive(claim));
  for (const claim of living) if ((await readClaim(files, folder, claim)).isHeld) return claim.pid;
  // It is about to have it, or to give way to one that came in the meantime.
  return living[0]?.pid;
}

/** The process that has put up a claim of this name; `undefined` if it is no name of a claim. */
export function claimant(name: string): ProcessIdentity | undefined {
  const [, pid, birth = ''] = CLAIM.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), birth };
}

type Watch = Required<Pick<LockParts, 'files' | 'processes' | 'clock'>> & Pick<LockParts, 'onWait'>;

/** Those claims whose processes live; those of dead ones are removed on the way. */
async function findRivals(folder: string, claims: readonly Claim[], watch: Watch): Promise<Claim[]> {
  const { files, processes } = watch;
  const rivals: Claim[] = [];
  for (const claim of claims) {
    const path = join(folder, claim.name);
    const isAlive = processes.canSee(claim) ? processes.isAlive(claim) : await isGrowing(path, claim, watch);
    if (isAlive) rivals.push(claim);
    else await orJournalError('remove', path, files.remove(path));
  }
  return rivals;
}

async function isGrowing(path: string, { pid }: Claim, { files, clock, onWait }: Watch): Promise<boolean> {
  const sizeNow = (): Promise<number | undefined> => orJournalError('read', path, files.size(path));
  const before = await sizeNow();
  if (before === undefined) return false;
  onWait?.(
    `looking for ${WATCH_FOR / 1000} s whether process ${pid} of another container or machine still has the journal`,
  );
  for (let waited = 0; waited < WATCH_FOR; waited += BEAT_EVERY) {
    await new Promise<void>((resolve) => clock.setTimer(resolve, BEAT_EVERY));
    const size = await sizeNow();
    if (size !== before) return size !== undefined;
  }
  return false;
}

async function readClaims(files: JournalFiles, folder: string): Promise<Claim[]> {
  const names = await orJournalError('read', folder, files.list(folder));
  return names.flatMap((name) => {
    const identity = claimant(name);
    return identity === undefined ? [] : [{ name, ...identity }];
  });
}

/** Whether a claim holds the lock, and since when. It may have been given up since: then there is nothing to read. */
async function readClaim(
  files: JournalFiles,
  folder: string,
  { name }: Claim,
): Promise<{ readonly isHeld: boolean; readonly since: string }> {
  const path = join(folder, name);
  const size = (await orJournalError('read', path, files.size(path))) ?? 0;
  const text = size === 0 ? '' : (await orJournalError('read', path, files.read(path, 0, size))).toString();
  // Around it are beats.
  const words = text.trim();
  return { isHeld: words.startsWith(HELD), since: words.slice(HELD.length) };
}

/** Returns if all rivals are about to give up: they came behind, and hold nothing. */
async function throwIfBeaten(
  files: JournalFiles,
  folder: string,
  rivals: readonly Claim[],
  { name, isLastLook }: { readonly name: string; readonly isLastLook: boolean },
): Promise<void> {
  for (const rival of rivals) {
    const { isHeld, since } = await readClaim(files, folder, rival);
    if (!isHeld && name < rival.name && !isLastLook) continue;
    throw journalError(`${folder} is in use by process ${rival.pid}${isHeld ? ` since ${since}` : ''}`);
  }
}
