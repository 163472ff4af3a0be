import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, upTo } from '../../../support/journal/random.ts';
import { judge, type Verdict } from './judge.ts';
import type { Story } from './scenarios.ts';
import { type Moment, type SessionEnd, Stage } from './sessions.ts';

/** A story told to its end. */
export interface Told extends Verdict {
  readonly kills: number;
  readonly items: number;
}

/** The program, as it is and with logs that are full after a few lines. */
export interface Programs {
  readonly main: string;
  readonly withSmallLogs: string;
}

// So many that resumes of resumes are crashed, so few that the rest of an input is not run over and over for nothing.
export const MOST_KILLS = 12;

/** Runs a story without crashes, then with up to `mostKills` of them, and compares. */
export async function runStory(
  story: Story,
  {
    folder,
    programs,
    random,
    mostKills,
  }: { folder: string; programs: Programs; random: Random; mostKills: number },
): Promise<Told> {
  const main = story.hasSmallLogs ? programs.withSmallLogs : programs.main;
  const undisturbed = new Stage(join(folder, 'undisturbed'), main, story);
  const crashed = new Stage(join(folder, 'crashed'), main, story);
  const wanted = await undisturbed.run(command(story, []));
  const expected = { ...wanted, calls: undisturbed.calls };
  // Else two runs that do nothing would be found equal.
  if (expected.calls === 0)
    throw new Error(`the undisturbed run of seed ${story.seed} did nothing: ${wanted.stderr}`);
  const planned = Math.min(mostKills, 6 + upTo(MOST_KILLS - 6, random));
  const killed: number[] = [];
  let last: SessionEnd | undefined;
  // A run that has ended is resumed once more: then there is nothing to do, and that must not go wrong either.
  for (let session = 1, endings = 0; killed.length < planned && endings < 2; session += 1) {
    const hasJournal = existsSync(join(folder, 'crashed', 'run.gpj', 'meta.json'));
    last = await crashed.run(nextCommand(story, hasJournal, random), chooseMoment(crashed, expected, random));
    if (last.code === undefined) killed.push(session);
    else endings += 1;
    if (last.code !== undefined && last.code !== wanted.code) break;
  }
  if (last?.code === undefined)
    last = await crashed.run(command(story, [...JOURNAL, ...story.journalOptions]));
  const verdict = judge({ crashed, undisturbed, layout: story.layout, size: story.size, killed });
  const wrong = [...verdict.wrong];
  if (last.code !== wanted.code)
    wrong.unshift(`exit code ${last.code} instead of ${wanted.code}: ${last.stderr}`);
  return { ...verdict, wrong, kills: killed.length, items: story.itemCount };
}

const JOURNAL = ['-J', 'run.gpj', '--resume'];

function command({ work, options, input }: Story, journalOptions: readonly string[]): string[] {
  const outputs = ['-a', input, '-o', 'out', '--failed', 'failed', '--progress', 'none'];
  return [...work, ...outputs, ...options, ...journalOptions];
}

/** The whole command again, or `greenpool resume` where there is a journal: a start-up may have been killed before. */
function nextCommand(story: Story, hasJournal: boolean, random: Random): string[] {
  if (hasJournal && random() < 0.3) return ['resume', 'run.gpj'];
  return command(story, [...JOURNAL, ...story.journalOptions]);
}

/** Start-up, the middle and the end each get their share of the kills. */
function chooseMoment(
  crashed: Stage,
  expected: SessionEnd & { readonly calls: number },
  random: Random,
): Moment {
  const start = expected.firstCall ?? expected.elapsed;
  const left = Math.max(0, expected.calls - crashed.calls);
  const share = random();
  if (share < 0.25 || left === 0) return { calls: 0, ms: random() * start * 1.3 };
  // The last results, the last sync and the removal of the lock take some ms.
  if (share > 0.9) return { calls: Math.max(1, left - upTo(3, random)), ms: random() * 60 };
  return { calls: 1 + upTo(Math.ceil(left / 2), random), ms: random() * 8 };
}
