import { CliError } from '../../../src/cli/cli-error.ts';
import type { JournalFiles } from '../../../src/cli/journal/journal-files.ts';
import { CrashDisk, type CrashKind } from './crash-disk.ts';
import { type Random, seededRandom, upTo } from './random.ts';
import { Ledger, PLACE, runWorkload, type Workload } from './workload.ts';

/** A crash, or two: the second one hits what comes after the first, the repair included. */
export interface CrashCase {
  readonly workload: Workload;
  readonly kind: CrashKind;
  readonly seed: number;
  readonly crashes: readonly number[];
  /** Instead of a crash the disk takes nothing more from there on. */
  readonly isDiskFull?: boolean;
  /** Something else that befalls the disk after the first crash: then any item may run again. */
  readonly damage?: (disk: CrashDisk, random: Random) => Promise<void>;
  /** Puts something wrong between the journal and its disk. */
  readonly mutate?: (files: JournalFiles) => JournalFiles;
}

/** How many calls the workload makes when nothing goes wrong. */
export async function countCalls(workload: Workload, seed: number): Promise<number> {
  const random = seededRandom(seed);
  const disk = new CrashDisk(random);
  await runWorkload(disk, workload, new Ledger(), random);
  return disk.calls;
}

/** Runs, crashes, resumes to the end. Returns what is wrong then: nothing, if the journal keeps its word. */
export async function crashAndResume(crashCase: CrashCase): Promise<string[]> {
  const { workload, kind, seed, crashes, isDiskFull = false, damage, mutate } = crashCase;
  const random = seededRandom(seed);
  const wrongs: string[] = [];
  const [runs, unsafe]: [string[], string[]] = [[], []];
  let disk: CrashDisk | undefined;
  // After the crashes comes a session that ends well, and one that finds nothing left to run.
  for (const crashAt of [...crashes, undefined, undefined]) {
    const ledger = new Ledger();
    const isHit = crashAt !== undefined;
    const plan = {
      ...(isHit && (isDiskFull ? { failAt: crashAt } : { crashAt })),
      onCrash: () => ledger.close(),
    };
    const isFirst = disk === undefined;
    disk = disk?.afterCrash(kind, plan) ?? new CrashDisk(random, plan);
    const error = await endOf(runWorkload(mutate?.(disk) ?? disk, workload, ledger, random), disk.crashed);
    ledger.close();
    if (isFirst) await damage?.(disk, random);
    if (isHit && isDiskFull) {
      if (!isToldAsFull(error)) wrongs.push(`a full disk ended in ${error}`);
    } else if (error !== undefined) wrongs.push(`a session failed: ${error}`);
    if (ledger.unsafe.length > workload.size) {
      wrongs.push(`${ledger.unsafe.length} items were unsafe at once`);
    }
    runs.push(...ledger.runs);
    unsafe.push(...ledger.unsafe);
  }
  wrongs.push(...judgeOutput(disk, workload));
  return damage === undefined ? [...wrongs, ...judgeRuns(workload, runs, unsafe)] : wrongs;
}

/** Flips one bit, anywhere in the journal. */
export async function flipBit(disk: CrashDisk, random: Random): Promise<void> {
  const names = (await disk.list(PLACE.folder)).filter(
    (name) => disk.content(`${PLACE.folder}/${name}`).length > 0,
  );
  const name = names[upTo(names.length - 1, random)];
  if (name === undefined) return;
  const bytes = Buffer.from(disk.content(`${PLACE.folder}/${name}`));
  const at = upTo(bytes.length - 1, random);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << upTo(7, random)), at);
  disk.put(`${PLACE.folder}/${name}`, bytes);
}

/** Some places to crash at twice. */
export function randomCrashes(calls: number, random: Random): number[] {
  return [1 + upTo(calls - 1, random), 1 + upTo(calls - 1, random)];
}

async function endOf(run: Promise<void>, crashed: Promise<void>): Promise<unknown> {
  return await Promise.race([run, crashed]).then(
    () => undefined,
    (error: unknown) => error,
  );
}

function isToldAsFull(error: unknown): boolean {
  return (
    error instanceof CliError && error.exitCode === 4 && error.message.endsWith('no space left on device')
  );
}

function judgeOutput(disk: CrashDisk | undefined, { input, ordered }: Workload): string[] {
  const expected = input.filter((item) => !/^(fail|skip)/.test(item));
  const output =
    disk
      ?.content(PLACE.output ?? '')
      .toString()
      .split('\n')
      .slice(0, -1) ?? [];
  if (!ordered) {
    expected.sort();
    output.sort();
  }
  if (expected.join() === output.join()) return [];
  return [`the output is ${output.join()} instead of ${expected.join()}`];
}

function judgeRuns({ input }: Workload, runs: readonly string[], unsafe: readonly string[]): string[] {
  return [...new Set(input)].flatMap((item) => {
    const [asked, actual, excused] = [input, runs, unsafe].map(
      (list) => list.filter((one) => one === item).length,
    );
    const isRight = actual! >= asked! && actual! <= asked! + excused!;
    return isRight ? [] : [`${item} ran ${actual} times, not ${asked} to ${asked! + excused!}`];
  });
}
