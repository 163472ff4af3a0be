import type { Story } from './scenarios.ts';
import type { Told } from './story.ts';

interface Row {
  stories: number;
  kills: number;
  items: number;
  lost: number;
  duplicated: number;
  rerun: number;
  /** The most that ran again after one crash, and how many could run at a time then. */
  most: { readonly rerun: number; readonly size: number };
}

/** What came of all stories, a row for each scenario. */
export class Table {
  readonly faults: string[] = [];
  readonly #rows: Map<string, Row> = new Map();

  get kills(): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + row.kills, 0);
  }

  add(
    { scenario, seed, size, options, journalOptions, hasSmallLogs }: Story,
    told: Told,
    folder: string,
  ): void {
    const row = this.#rows.get(scenario) ?? emptyRow();
    this.#rows.set(scenario, row);
    row.stories += 1;
    for (const name of ['kills', 'items', 'lost', 'duplicated', 'rerun'] as const) row[name] += told[name];
    const isMore = told.mostRerun * row.most.size > row.most.rerun * size || row.most.size === 0;
    if (isMore) row.most = { rerun: told.mostRerun, size };
    if (told.wrong.length === 0) return;
    const given = [...options, ...journalOptions, ...(hasSmallLogs ? ['(small logs)'] : [])].join(' ');
    this.faults.push(
      `FAULT seed ${seed}, ${scenario} ${given}: ${told.wrong.join('; ')} (left in ${folder})`,
    );
  }

  /** As Markdown. */
  render(): string {
    const rows = [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1));
    const total = rows.reduce((sum, [, row]) => merged(sum, row), emptyRow());
    return [
      '| scenario | runs | crashes | items | lost | duplicated | run again | most after one crash |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows.map(([name, row]) => describe(name, row)),
      describe('all', total),
    ].join('\n');
  }
}

function emptyRow(): Row {
  return { stories: 0, kills: 0, items: 0, lost: 0, duplicated: 0, rerun: 0, most: { rerun: 0, size: 0 } };
}

function merged(sum: Row, row: Row): Row {
  for (const name of ['stories', 'kills', 'items', 'lost', 'duplicated', 'rerun'] as const)
    sum[name] += row[name];
  return sum;
}

function describe(name: string, { stories, kills, items, lost, duplicated, rerun, most }: Row): string {
  const cells = [
    name,
    ...[stories, kills, items, lost, duplicated, rerun].map((count) => count.toLocaleString('en-US')),
  ];
  return `| ${[...cells, most.size === 0 ? '' : `${most.rerun} of ${most.size}`].join(' | ')} |`;
}
