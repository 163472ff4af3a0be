import { resolve } from 'node:path';
import type { Host } from '../host.ts';
import type { RunInput } from '../input/open-items.ts';
import { type ClaimedJournal, claimJournal, type ResumeMode } from '../journal/claim.ts';
import { FilesFrom } from '../journal/files-from.ts';
import { nodeFiles } from '../journal/node-files.ts';
import { describeCut, type Replay } from '../journal/replay.ts';
import { fingerprintOf, type RunSpec } from '../journal/spec.ts';
import type { OptionTable, SessionOptions } from '../options.ts';
import { outputFile } from '../output/open-sinks.ts';
import { formatCount } from '../progress/figures.ts';

/** The run that asks for a journal. */
export interface RunToRecord<Options extends SessionOptions> {
  /** What it runs. */
  readonly work: Omit<RunSpec, 'options'>;
  readonly input: RunInput;
  readonly options: Options;
  /** The options that it could have been given. */
  readonly table: OptionTable<Options>;
}

/** Takes the journal that a run asks for, if it asks for one, and tells what is in it. */
export async function claimFor<Options extends SessionOptions>(
  { work, input, options, table }: RunToRecord<Options>,
  host: Host,
): Promise<ClaimedJournal | undefined> {
  const { journal, quiet } = options;
  if (journal === undefined) return undefined;
  const file = outputFile(options);
  const output = file === undefined ? null : resolve(file);
  const request = {
    resume: resumeMode(options),
    onWait: (text: string) => host.screen.print(`greenpool: ${text}`),
    meta: {
      spec: { ...work, options: { ...fingerprintOf(table, options), output } },
      input: input.words === undefined ? input.sources.map(({ name }) => name ?? '-') : [],
      output,
      args: withoutResume(host.args),
      cwd: process.cwd(),
      created: Date.now(),
    },
  };
  // A function may go to another folder.
  const claimed = await claimJournal(journal, request, new FilesFrom(process.cwd(), nodeFiles));
  const notes = [
    ...describeReplay(journal, claimed.replay, options),
    ...(output === null && options.to !== 'none' ? [STDOUT_NOTE] : []),
  ];
  if (!quiet) for (const note of notes) host.screen.print(`greenpool: ${note}`);
  return claimed;
}

const STDOUT_NOTE =
  'results go to stdout, which a resume cannot repair: after a crash some may come twice; -o FILE has each once';

/** The words of a command as they are to be given again. Whoever forced it once does not want to force it for ever. */
function withoutResume(args: readonly string[]): string[] {
  const end = args.findIndex((word) => word === '--' || word === ':::');
  const own = end < 0 ? args : args.slice(0, end);
  return [...own.filter((word) => !/^--resume(=force|-failed)?$/.test(word)), ...args.slice(own.length)];
}

function resumeMode(options: SessionOptions): ResumeMode {
  if (options['resume=force']) return 'force';
  return options.resume || options.resumeFailed ? 'yes' : 'no';
}

function describeReplay(
  folder: string,
  { items, sessions, cut, heldLost }: Replay,
  { onInflight, resumeFailed }: SessionOptions,
): string[] {
  if (sessions.length === 0) return [];
  const { done, held, failed, skipped, interrupted } = items.counts;
  const counts = [
    `${formatCount(done + held)} done`,
    `${formatCount(failed)} failed`,
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
  ];
  const notes = [
    `${resumeFailed ? 'what failed runs again' : 'resuming'}: ${folder} has ${counts.join(', ')}`,
  ];
  if (interrupted > 0 && !resumeFailed)
    notes.push(`${describeItems(interrupted)} under way at its end: ${FATES[onInflight]}`);
  if (cut !== undefined) notes.push(describeCut(cut));
  if (heldLost > 0) notes.push(`${describeItems(heldLost)} held back and damaged: run again`);
  return notes;
}

const FATES = { retry: 'run again', skip: 'skipped', fail: 'counted as failed' } as const;

function describeItems(count: number): string {
  return count === 1 ? '1 item was' : `${formatCount(count)} items were`;
}
