/** What of stderr a screen needs. */
export interface ScreenStream {
  write(text: string | Uint8Array): unknown;
  readonly columns?: number;
}

// A file has no width, and some terminals do not tell theirs.
const FILE_COLUMNS = 160;
const TERMINAL_COLUMNS = 80;

/**
 * Stderr with at most one status line at its bottom. Everything that is printed goes above it, whole.
 * Whoever writes to the same terminal by another way does it inside `around`.
 */
export class Screen {
  readonly #stream: ScreenStream;
  #status = '';
  #statusWidth = 0;
  #isMidLine = false;

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  get columns(): number {
    const { columns = FILE_COLUMNS } = this.#stream;
    return columns || TERMINAL_COLUMNS;
  }

  /** Prints whole lines above the status line. */
  print(text: string): void {
    this.#stream.write(`${this.#erase()}${text}\n${this.#status}`);
  }

  /** Shows a status line of `width` visible characters in place of the one before; an empty one shows none. */
  setStatus(line: string, width: number = line.length): void {
    const erase = this.#erase();
    this.#status = line;
    this.#statusWidth = width;
    if (erase !== '' || line !== '') this.#stream.write(erase + line);
  }

  /** Writes bytes that are whole lines where the status line stands. The next drawing brings it back. */
  write(bytes: Uint8Array): void {
    this.around(() => {
      const newLine = this.#leaveLine();
      if (newLine !== '') this.#stream.write(newLine);
      this.#stream.write(bytes);
    });
  }

  /**
   * Lets `write` put something on the terminal where the status line stands. The next drawing brings it back; on a
   * new line, when what was written ends with no end of a line: the drawing would wipe it out.
   */
  around(write: () => void, lastCharacter = '\n'): void {
    if (this.#status !== '') this.setStatus('');
    write();
    this.#isMidLine = lastCharacter !== '\n';
  }

  // A terminal made narrower since has wrapped the line: go up to where it starts.
  #erase(): string {
    if (this.#status === '') return this.#leaveLine();
    const wrapped = Math.floor((this.#statusWidth - 1) / this.columns);
    return wrapped > 0 ? `\r\x1b[${wrapped}A\x1b[J` : '\r\x1b[K';
  }

  #leaveLine(): string {
    if (!this.#isMidLine) return '';
    this.#isMidLine = false;
    return '\n';
  }
}
