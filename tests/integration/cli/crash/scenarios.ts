import { join } from 'node:path';
import { type Random, seededRandom, upTo } from '../../../support/journal/random.ts';
import { commandLines, csvLines, jsonLines, shuffled, storyItems } from './inputs.ts';

/** How results are compared: byte for byte, or each by itself whatever their order. */
export type Layout = 'ordered' | 'lines' | 'rows' | 'envelopes';

/** One input and one command line, to be run with crashes and without. */
export interface Story {
  readonly seed: number;
  readonly scenario: string;
  readonly size: number;
  readonly layout: Layout;
  /** The name of the input file. */
  readonly input: string;
  /** The lines of the input, as session number `session` finds them. */
  lines(session: number): readonly string[];
  /** Lines that are items. */
  readonly itemCount: number;
  readonly options: readonly string[];
  /** What stands in front of the options: the verb, and what is run. */
  readonly work: readonly string[];
  /** Options of the journal alone. */
  readonly journalOptions: readonly string[];
  /** Whether its logs are to be full after a few lines. */
  readonly hasSmallLogs: boolean;
}

interface Shape {
  readonly layout: Layout;
  readonly options?: readonly string[];
  readonly from?: 'ndjson' | 'csv' | 'words';
  /** Items compared with the usual number. */
  readonly share?: number;
  /** What happens to the input before each session. */
  readonly change?: (lines: readonly string[], seed: number) => readonly string[];
  readonly journalOptions?: readonly string[];
}

const RETRIES = ['-r', '2', '--backoff', '4ms'];
// Each command notes itself before it does anything, as work.mjs does.
const COMMAND = [
  'printf "%s\\t%s\\t1\\n" "$SESSION" "$1" >> "$EFFECTS"',
  'case "$1" in *fail) echo "half of $1"; exit 3;; *slow) sleep 0.04;; *large) head -c 1300000 /dev/zero | tr "\\0" x;; esac',
  'echo "result of $1"',
].join('; ');

const SHAPES: Readonly<Record<string, Shape>> = {
  unordered: { layout: 'lines' },
  ordered: { layout: 'ordered', options: ['-k'] },
  retries: { layout: 'lines', options: RETRIES },
  'ordered retries': { layout: 'ordered', options: ['-k', ...RETRIES] },
  'to csv': { layout: 'rows', options: ['--to', 'csv'] },
  'ordered to csv': { layout: 'ordered', options: ['-k', '--to', 'csv'] },
  'from csv': { layout: 'lines', from: 'csv', options: RETRIES },
  'from csv to csv': { layout: 'rows', from: 'csv', options: ['--to', 'csv'] },
  exec: { layout: 'lines', from: 'words', share: 0.3 },
  'ordered exec': { layout: 'ordered', from: 'words', share: 0.3, options: ['-k'] },
  'input in another order': { layout: 'lines', change: reorder },
  envelopes: { layout: 'envelopes', options: ['--envelope', ...RETRIES] },
  'ordered envelopes': { layout: 'envelopes', options: ['-k', '--envelope'] },
  limits: { layout: 'lines', options: ['--per', 'kind=3', '--priority', 'ms', ...RETRIES] },
  batches: { layout: 'lines', options: ['--batch', '3'] },
  threads: { layout: 'ordered', options: ['-k', '--threads', ...RETRIES] },
  'by key': { layout: 'lines', change: redate, journalOptions: ['--key', 'n'] },
};

/** The names of all scenarios. */
export const SCENARIOS: readonly string[] = Object.keys(SHAPES);

/** The story of a seed: always the same one. */
export function tellStory(seed: number, random: Random, names: readonly string[]): Story {
  const scenario = names[seed % names.length] ?? 'unordered';
  const shape = SHAPES[scenario];
  if (shape === undefined)
    throw new TypeError(`there is no scenario ${scenario}; there are: ${SCENARIOS.join(', ')}`);
  const { layout, options = [], from = 'ndjson', share = 1, journalOptions = [], change } = shape;
  const size = pick([1, 2, 3, 4, 8, 16, 32], random);
  const items = storyItems(Math.round((150 + upTo(650, random)) * share), random);
  const lines = LINES[from](items, random);
  const sync = pick(['batch', 'batch', 'batch', 'always', 'none'], random);
  return {
    seed,
    scenario,
    size,
    layout,
    input: from === 'csv' ? 'input.csv' : from === 'words' ? 'input.txt' : 'input.ndjson',
    lines: (session) => change?.(lines, seed + session) ?? lines,
    itemCount: items.length,
    options: ['-j', String(size), ...(from === 'ndjson' ? ['--from', 'ndjson'] : []), ...options],
    work:
      from === 'words'
        ? ['exec', '--from', 'lines', '--shell', COMMAND]
        : ['run', join(import.meta.dirname, 'work.mjs')],
    journalOptions: ['--sync', sync, ...journalOptions],
    hasSmallLogs: random() < 0.5,
  };
}

const LINES = { ndjson: jsonLines, csv: csvLines, words: commandLines };

/** The same items in another order. */
function reorder(lines: readonly string[], seed: number): string[] {
  return shuffled(lines, seededRandom(seed));
}

/** The same keys with something else beside them. */
function redate(lines: readonly string[], seed: number): string[] {
  return lines.map((line) => line.replace(/\}$/, `,"seen":${seed}}`));
}

function pick<T>(values: readonly T[], random: Random): T {
  // The index is within the list, which is never empty.
  return values[upTo(values.length - 1, random)] as T;
}
