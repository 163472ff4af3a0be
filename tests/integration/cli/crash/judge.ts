import { parse } from 'csv-parse/sync';
import type { Layout } from './scenarios.ts';
import type { Stage } from './sessions.ts';

/** What came of a story. */
export interface Verdict {
  readonly lost: number;
  readonly duplicated: number;
  /** Calls that a run without crashes does not make. */
  readonly rerun: number;
  /** The most of them that one crash brought about. */
  readonly mostRerun: number;
  readonly wrong: readonly string[];
}

/** What is compared, and how. */
export interface Trial {
  readonly crashed: Stage;
  readonly undisturbed: Stage;
  readonly layout: Layout;
  readonly size: number;
  /** Sessions that were killed, by number. */
  readonly killed: readonly number[];
}

/** Compares what a run with crashes has left with what it leaves without. */
export function judge({ crashed, undisturbed, layout, size, killed }: Trial): Verdict {
  const records = difference(recordsOf(crashed, layout), recordsOf(undisturbed, layout));
  const failed = difference(failedOf(crashed), failedOf(undisturbed));
  const { repeated, missing, mostRerun } = compareCalls(crashed, undisturbed);
  const wrong: string[] = [];
  const demand = (isRight: boolean, otherwise: string): void => {
    if (!isRight) wrong.push(otherwise);
  };
  demand(records.missing.length === 0, `${records.missing.length} lost: ${excerpt(records.missing)}`);
  demand(records.extra.length === 0, `${records.extra.length} too many: ${excerpt(records.extra)}`);
  const isSame = layout !== 'ordered' || crashed.read('out') === undisturbed.read('out');
  demand(isSame, 'the output is not in the order of the input');
  demand(failed.missing.length === 0, `not in --failed: ${excerpt(failed.missing)}`);
  demand(failed.extra.length === 0, `too many in --failed: ${excerpt(failed.extra)}`);
  demand(missing === 0, `${missing} calls were never made`);
  demand(mostRerun <= size, `${mostRerun} ran again after one crash, with ${size} at a time`);
  demand(repeated <= size * killed.length, `${repeated} ran again after ${killed.length} crashes`);
  return {
    lost: records.missing.length,
    duplicated: records.extra.length,
    rerun: repeated,
    mostRerun,
    wrong,
  };
}

/** The results one by one, in a form in which equal ones are the same text. */
function recordsOf(stage: Stage, layout: Layout): string[] {
  if (layout === 'rows') {
    const rows: unknown[] = parse(stage.read('out'));
    return rows.map((row, index) => `${index === 0 ? 'header' : 'row'} ${JSON.stringify(row)}`);
  }
  const lines = stage.linesOf('out');
  // How long an item took is another time each time.
  return layout === 'envelopes' ? lines.map((line) => line.replace(/"ms":[\d.]+\}$/, '')) : lines;
}

// In another session the rest of the item may have been something else.
function failedOf(stage: Stage): string[] {
  return stage.linesOf('failed').map((line) => line.replace(/,"seen":\d+/, ''));
}

function difference(
  actual: readonly string[],
  expected: readonly string[],
): { missing: string[]; extra: string[] } {
  const left = countsOf(expected);
  const extra = actual.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
  const missing = [...left].flatMap(([text, count]) =>
    Array.from({ length: Math.max(0, count) }, () => text),
  );
  return { missing, extra };
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function compareCalls(
  crashed: Stage,
  undisturbed: Stage,
): { repeated: number; missing: number; mostRerun: number } {
  const needed = countsOf(undisturbed.effects().map(callOf));
  const made = countsOf(crashed.effects().map(callOf));
  let [repeated, missing] = [0, 0];
  for (const call of new Set([...needed.keys(), ...made.keys()])) {
    const more = (made.get(call) ?? 0) - (needed.get(call) ?? 0);
    if (more > 0) repeated += more;
    else missing -= more;
  }
  return { repeated, missing, mostRerun: mostOf(rerunBySession(crashed, needed)) };
}

/**
 * How many calls of each session were made again in a later one. Only of calls that are needed once: of three equal ones
 * nobody can say which was in vain.
 */
function rerunBySession(crashed: Stage, needed: ReadonlyMap<string, number>): Map<string, number> {
  const lastSession = new Map<string, string>();
  const reruns: string[] = [];
  for (const effect of crashed.effects()) {
    const call = callOf(effect);
    if (needed.get(call) !== 1) continue;
    const earlier = lastSession.get(call);
    if (earlier !== undefined) reruns.push(earlier);
    lastSession.set(call, effect.slice(0, effect.indexOf('\t')));
  }
  return countsOf(reruns);
}

function mostOf(counts: ReadonlyMap<string, number>): number {
  return Math.max(0, ...counts.values());
}

/** A call without the session it was made in. */
function callOf(effect: string): string {
  return effect.slice(effect.indexOf('\t') + 1);
}

function excerpt(texts: readonly string[]): string {
  return texts
    .slice(0, 3)
    .map((text) => text.slice(0, 200))
    .join(' | ');
}
