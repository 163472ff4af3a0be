import { FailureTable } from '../failures/failure-table.ts';
import { recordedError } from '../failures/recorded-error.ts';
import type { ItemRow } from '../journal/item-history.ts';
import { activeTime, type JournalSurvey } from '../journal/journal-survey.ts';
import { formatCount, formatDuration, formatRate } from '../progress/figures.ts';
import { shortItemName } from './item-label.ts';
import { describeState, layOutLines, overviewLines } from './overview.ts';
import type { Report } from './report.ts';

const SLOWEST_SHOWN = 5;

/** A summary for people. */
export async function* textReport({ folder, meta, survey, items, columns }: Report): AsyncGenerator<string> {
  const failures = new FailureTable();
  const slowest = new Slowest();
  for await (const rows of items) {
    for (const row of rows) {
      if (row.error !== undefined) failures.addExample(recordedError(row.error), () => shortItemName(row));
      slowest.add(row);
    }
  }
  yield `${folder}: ${describeState(survey)}\n`;
  yield layOutLines([...overviewLines(meta, survey), ['speed', describeSpeed(survey)]]);
  const { failed } = survey.counts;
  if (failed > 0) yield ['', `${formatCount(failed)} failed:`, ...failures.lines(columns), ''].join('\n');
  yield slowest.render();
}

function describeSpeed(survey: JournalSurvey): string {
  const { done, failed, skipped } = survey.counts;
  const active = activeTime(survey);
  const ended = done + failed + skipped;
  const rate = active > 0 && ended > 0 ? `, ${formatRate((ended * 1000) / active)}` : '';
  return `${formatCount(ended)} ended in ${formatDuration(active)}${rate}`;
}

/** The few that took longest. */
class Slowest {
  #rows: readonly (ItemRow & { readonly ms: number })[] = [];

  add(row: ItemRow): void {
    const { ms } = row;
    if (ms === undefined) return;
    const least = this.#rows.length < SLOWEST_SHOWN ? -1 : (this.#rows.at(-1)?.ms ?? -1);
    if (ms <= least) return;
    this.#rows = [...this.#rows, { ...row, ms }].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST_SHOWN);
  }

  render(): string {
    if (this.#rows.length === 0) return '';
    const times = this.#rows.map(({ ms }) => formatDuration(ms));
    const width = Math.max(...times.map(({ length }) => length));
    const lines = this.#rows.map(
      (row, index) =>
        `  ${times[index]?.padStart(width)}  ${shortItemName(row)}, ${row.status}${describeTries(row)}`,
    );
    return ['', 'slowest:', ...lines, ''].join('\n');
  }
}

function describeTries({ attempts }: ItemRow): string {
  return attempts > 1 ? ` in attempt ${formatCount(attempts)}` : '';
}
