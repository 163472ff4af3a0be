import { formatCount, formatDuration, formatRate } from './figures.ts';
import { describeCount, describeRest, shareDone } from './progress-line.ts';
import type { Snapshot } from './snapshot.ts';

/** A piece of the line, with the SGR codes that colour it. */
interface Piece {
  readonly text: string;
  readonly color?: string;
}

const GREEN = '32';
const RED = '31';
const DIM = '2';
const GAP = '  ';
const BAR_CELLS = 24;

/**
 * Draws the status line in less than `columns` characters: what does not fit is left out from the right.
 * One column stays free, since a terminal that is filled to the last one may go to the next line.
 */
export function drawBar(
  snapshot: Snapshot,
  columns: number,
  hasColor: boolean,
): { text: string; width: number } {
  let text = '';
  let width = 0;
  for (const group of groups(snapshot)) {
    const plain = group.map((piece) => piece.text).join('');
    const gap = width === 0 ? '' : GAP;
    if (width + gap.length + plain.length >= columns) break;
    text += gap + (hasColor ? group.map(paint).join('') : plain);
    width += gap.length + plain.length;
  }
  return { text, width };
}

// Most telling first: the last ones go when the terminal is narrow.
function groups(snapshot: Snapshot): Piece[][] {
  const share = shareDone(snapshot);
  const { failed, running, waiting, perSecond, elapsed } = snapshot;
  const rest = describeRest(snapshot);
  const fields: (Piece[] | undefined)[] = [
    share === undefined
      ? undefined
      : [...cells(share), { text: ` ${String(Math.floor(share * 100)).padStart(3)}%` }],
    [{ text: describeCount(snapshot) }],
    perSecond === undefined ? undefined : [{ text: formatRate(perSecond) }],
    failed === 0 ? undefined : [{ text: `${formatCount(failed)} failed`, color: RED }],
    [{ text: `${formatCount(running)} running` }],
    [{ text: `${formatCount(waiting)} waiting` }],
    [{ text: rest ?? formatDuration(Math.floor(elapsed / 1000) * 1000), color: DIM }],
  ];
  return fields.filter((field) => field !== undefined);
}

// Two different characters, not one in two colours: the bar must read without colour too.
function cells(share: number): Piece[] {
  const full = Math.floor(share * BAR_CELLS);
  return [
    { text: '━'.repeat(full), color: GREEN },
    { text: '─'.repeat(BAR_CELLS - full), color: DIM },
  ];
}

function paint({ text, color }: Piece): string {
  return color === undefined || text === '' ? text : `\x1b[${color}m${text}\x1b[0m`;
}
