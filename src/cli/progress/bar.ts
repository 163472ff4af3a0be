import { formatCount, formatDuration, formatRate } from './figures.ts';
import { describeCount, describeRest, shareDone } from './progress-line.ts';
import type { Snapshot } from './snapshot.ts';
import { describeReasons, totalOf } from './waiting.ts';

/** A piece of the line, with the SGR codes that colour it. */
interface Piece {
  readonly text: string;
  readonly color?: string;
}

const GREEN = '32';
const RED = '31';
const YELLOW = '33';
const DIM = '2';
const GAP = '  ';
// A bar shorter than that shows no more than the number beside it.
const MIN_CELLS = 8;
const MAX_CELLS = 24;

/** One field of the line. Of two that do not fit together, the one of the higher rank goes. */
interface Field {
  readonly rank: number;
  /** What stands between it and the one before. */
  readonly gap?: string;
  readonly pieces: readonly Piece[];
}

/**
 * Draws the status line in less than `columns` characters: the bar gets shorter first, then fields are left out.
 * One column stays free, since a terminal that is filled to the last one may go to the next line.
 */
export function drawBar(
  snapshot: Snapshot,
  columns: number,
  hasColor: boolean,
): { text: string; width: number } {
  const share = shareDone(snapshot);
  const fields = fieldsOf(snapshot, share);
  const shown = choose(fields, columns - 1);
  const free = columns - 1 - widthOf(shown);
  const groups = shown.map((field) =>
    field.rank === SHARE_RANK && share !== undefined ? shareField(share, MIN_CELLS + free) : field,
  );
  const text = groups
    .map(({ gap = GAP, pieces }, index) =>
      [index === 0 ? '' : gap, ...pieces.map((piece) => (hasColor ? paint(piece) : piece.text))].join(''),
    )
    .join('');
  return { text, width: widthOf(groups) };
}

// What fits, in the order of the line. Nothing of a higher rank takes the room of what did not fit: the line would
// jump as the figures grow.
function choose(fields: readonly Field[], room: number): Field[] {
  let shown: Field[] = [];
  for (const next of [...fields].sort((a, b) => a.rank - b.rank)) {
    const longer = fields.filter((field) => field === next || shown.includes(field));
    if (widthOf(longer) > room) break;
    shown = longer;
  }
  return shown;
}

function widthOf(fields: readonly Field[]): number {
  const widths = fields.map(({ gap = GAP, pieces }, index) =>
    pieces.reduce((sum, { text }) => sum + text.length, index === 0 ? 0 : gap.length),
  );
  return widths.reduce((sum, width) => sum + width, 0);
}

const SHARE_RANK = 2;

function fieldsOf(snapshot: Snapshot, share: number | undefined): Field[] {
  const { failed, running, waiting, perSecond, elapsed } = snapshot;
  const [mainReason, ...reasons] = describeReasons(snapshot);
  const rest = describeRest(snapshot) ?? formatDuration(Math.floor(elapsed / 1000) * 1000);
  const fields: (Field | undefined)[] = [
    share === undefined ? undefined : shareField(share, MIN_CELLS),
    { rank: 0, pieces: [{ text: describeCount(snapshot) }] },
    perSecond === undefined ? undefined : { rank: 6, pieces: [{ text: formatRate(perSecond) }] },
    failed === 0 ? undefined : { rank: 1, pieces: [{ text: `${formatCount(failed)} failed`, color: RED }] },
    { rank: 7, pieces: [{ text: `${formatCount(running)} running` }] },
    { rank: 4, pieces: [{ text: `${formatCount(totalOf(waiting))} waiting` }] },
    // Ranked below what they belong to, so none of them stands alone.
    mainReason === undefined ? undefined : { rank: 5, gap: ': ', pieces: [{ text: mainReason }] },
    reasons.length === 0 ? undefined : { rank: 8, gap: ', ', pieces: [{ text: reasons.join(', ') }] },
    snapshot.isPaused
      ? { rank: 1, pieces: [{ text: 'paused', color: YELLOW }] }
      : { rank: 3, pieces: [{ text: rest, color: DIM }] },
  ];
  return fields.filter((field) => field !== undefined);
}

// Two different characters, not one in two colours: the bar must read without colour too.
function shareField(share: number, room: number): Field {
  const cells = Math.min(MAX_CELLS, room);
  const full = Math.floor(share * cells);
  const percent = ` ${String(Math.floor(share * 100)).padStart(3)}%`;
  return {
    rank: SHARE_RANK,
    pieces: [
      { text: '━'.repeat(full), color: GREEN },
      { text: '─'.repeat(cells - full), color: DIM },
      { text: percent },
    ],
  };
}

function paint({ text, color }: Piece): string {
  return color === undefined || text === '' ? text : `\x1b[${color}m${text}\x1b[0m`;
}
