/** Text of an item or a message without the control characters in it: they must not reach the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').trimEnd();
}
