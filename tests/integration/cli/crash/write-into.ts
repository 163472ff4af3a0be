import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- what follows is written by npm run soak -- --write -->';
const END = '<!-- up to here -->';

/** Replaces what stands between the two marks in a page. */
export function writeInto(path: string, text: string): void {
  const page = readFileSync(path, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${BEGIN} ... ${END}`);
  writeFileSync(path, `${page.slice(0, from + BEGIN.length)}\n\n${text}\n\n${page.slice(to)}`);
}
