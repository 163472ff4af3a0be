/** A word that a shell takes as it is. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as one would type them: quoted where a shell would read something into them. */
export function commandLine(words: readonly string[]): string {
  return words.map(typed).join(' ');
}

/** A word as one would type it. */
export function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word);
}
