import type { Random } from '../../../support/journal/random.ts';

/** What an item of a story does, and for how long. */
interface StoryItem {
  readonly n: number;
  readonly kind: 'ok' | 'fail' | 'flaky' | 'skip';
  readonly ms: number;
}

// Nearly nothing, so that thousands of crashes fit into minutes; now and then long enough to be overtaken by many.
const QUICK = 3;
const SLOW = 40;

/** Items of all kinds, some of them twice or three times, in the order of their numbers where they are new. */
export function storyItems(count: number, random: Random): StoryItem[] {
  const items: StoryItem[] = [];
  for (let n = 1; items.length < count; n += 1) {
    // Near ones too: then both may be under way at a crash.
    const reach = random() < 0.5 ? Math.min(8, items.length) : items.length;
    const copy = items[items.length - 1 - Math.floor(random() * reach)];
    const item = { n, kind: kindFor(random()), ms: random() < 0.03 ? SLOW : Math.floor(random() * QUICK) };
    items.push(copy !== undefined && random() < 0.08 ? copy : item);
  }
  return items;
}

function kindFor(share: number): StoryItem['kind'] {
  if (share < 0.05) return 'fail';
  if (share < 0.1) return 'flaky';
  return share < 0.15 ? 'skip' : 'ok';
}

/** A line for each item, and now and then one that cannot be read. */
export function jsonLines(items: readonly StoryItem[], random: Random): string[] {
  return items.map((item) => (random() < 0.02 ? `{"n":${item.n}, torn` : JSON.stringify(item)));
}

/** Rows below a header. One now and then has a field too many. */
export function csvLines(items: readonly StoryItem[], random: Random): string[] {
  const rows = items.map(({ n, kind, ms }) => `${n},${kind},${ms}${random() < 0.02 ? ',more' : ''}`);
  return ['n,kind,ms', ...rows];
}

/** Words for a command: a number, and what it is to do. */
export function commandLines(items: readonly StoryItem[], random: Random): string[] {
  return items.map(({ n, kind, ms }) => {
    if (kind === 'fail') return `${n} fail`;
    if (ms >= SLOW) return `${n} slow`;
    return `${n} ${random() < 0.01 ? 'large' : 'ok'}`;
  });
}

/** Another order, the same for the same numbers. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
