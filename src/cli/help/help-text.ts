/** One piece of the text below the options of a help. */
export type HelpBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** A word and what it means. */
  | { readonly kind: 'term'; readonly term: string; readonly text: string }
  /** A command line to copy: never wrapped. */
  | { readonly kind: 'command'; readonly text: string };

const INDENT = '  ';

/**
 * Reads a help text. A line that is not indented is a heading; `$` begins a command; a word with two spaces behind it
 * is a term; lines that follow, as far in or further, belong to the paragraph or the term above them.
 */
export function parseHelp(text: string): HelpBlock[] {
  const blocks: HelpBlock[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    const last = blocks.at(-1);
    const begun = beginBlock(line);
    if (begun === undefined) isOpen = false;
    else if (isOpen && begun.kind === 'paragraph' && last?.kind === 'paragraph') extend(blocks, begun.text);
    else if (isOpen && last?.kind === 'term' && /^ {4}/.test(line)) extend(blocks, line.trim());
    else blocks.push(begun);
    isOpen = begun !== undefined && begun.kind !== 'heading' && begun.kind !== 'command';
  }
  return blocks;
}

/** Sets a help text in `width` columns. */
export function wrapHelp(text: string, width: number): string {
  const blocks = parseHelp(text);
  const lines: string[] = [];
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'heading') lines.push('', ...wrap(block.text, { width, first: '', rest: '' }));
    else if (block.kind === 'command') lines.push(`${INDENT}${block.text}`);
    else if (block.kind === 'paragraph') {
      if (blocks[index - 1]?.kind === 'paragraph') lines.push('');
      lines.push(...wrap(block.text, { width, first: INDENT, rest: INDENT }));
    } else {
      const column = INDENT.length + termsAround(blocks, index) + INDENT.length;
      const first = `${INDENT}${block.term}`.padEnd(column);
      lines.push(...wrap(block.text, { width, first, rest: ' '.repeat(column) }));
    }
  }
  return lines.join('\n');
}

function beginBlock(line: string): HelpBlock | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  if (!line.startsWith(' ')) return { kind: 'heading', text };
  if (text.startsWith('$ ')) return { kind: 'command', text };
  const [, term, meaning] = /^(\S.*?) {2,}(\S.*)$/.exec(text) ?? [];
  if (term === undefined || meaning === undefined) return { kind: 'paragraph', text };
  return { kind: 'term', term, text: meaning };
}

function extend(blocks: HelpBlock[], text: string): void {
  const last = blocks.pop();
  if (last !== undefined) blocks.push({ ...last, text: `${last.text} ${text}` });
}

/** How wide the longest of the terms is that stand in a row with the one at `index`. */
function termsAround(blocks: readonly HelpBlock[], index: number): number {
  let first = index;
  while (blocks[first - 1]?.kind === 'term') first -= 1;
  let widest = 0;
  for (let at = first; ; at += 1) {
    const block = blocks[at];
    if (block?.kind !== 'term') return widest;
    widest = Math.max(widest, block.term.length);
  }
}

interface Setting {
  readonly width: number;
  readonly first: string;
  readonly rest: string;
}

// A word that is wider than the room for it stands alone on its line.
function wrap(text: string, { width, first, rest }: Setting): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
