import { stripVTControlCharacters } from 'node:util';

// XML 1.0 has no way to write these, not even escaped: a parser gives up at the first.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As they are, an attribute would have them as spaces.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text for an element. Without colours: their first character is forbidden, and the rest would say nothing. */
export function xmlText(text: string): string {
  return escaped(text, /[&<>\r]/g);
}

/** Text for an attribute in double quotes. */
export function xmlAttribute(text: string): string {
  return escaped(text, /[&<>"\t\n\r]/g);
}

function escaped(text: string, special: RegExp): string {
  const allowed = stripVTControlCharacters(text).replace(FORBIDDEN, '');
  return allowed.replace(special, (character) => ESCAPES[character] ?? character);
}
