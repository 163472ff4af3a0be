const NEWLINE = '\n';
// A longer line is written in pieces: holding it back would take as much memory.
const LONGEST_LINE = 16 * 1024 * 1024;

/** Something that text goes through, piece by piece. */
export interface TextStage {
  push(text: string): string;
  /** What is still to come when the text has ended. */
  end(): string;
}

/** Lets text through as it is. */
export const asItIs: TextStage = { push: (text) => text, end: () => '' };

/** Holds the start of a line back until its end has come. A last line without an end is given one. */
export class WholeLines implements TextStage {
  #start = '';

  push(text: string): string {
    const end = text.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#start += text;
      return this.#start.length > LONGEST_LINE ? this.#take() : '';
    }
    const whole = this.#take() + text.slice(0, end);
    this.#start = text.slice(end);
    return whole;
  }

  end(): string {
    const rest = this.#take();
    return rest === '' ? '' : rest + NEWLINE;
  }

  #take(): string {
    const start = this.#start;
    this.#start = '';
    return start;
  }
}

/** Begins each line with a tag. */
export class TaggedLines implements TextStage {
  readonly #tag: string;
  #isAtStart = true;

  constructor(tag: string) {
    this.#tag = tag;
  }

  push(text: string): string {
    if (text === '') return '';
    const tagged = text.replace(/\n(?!$)/g, () => NEWLINE + this.#tag);
    const first = this.#isAtStart ? this.#tag : '';
    this.#isAtStart = text.endsWith(NEWLINE);
    return first + tagged;
  }

  end(): string {
    return this.#isAtStart ? '' : NEWLINE;
  }
}

/** One stage after another. */
export function chain(first: TextStage, second: TextStage): TextStage {
  return {
    push: (text) => second.push(first.push(text)),
    end: () => second.push(first.end()) + second.end(),
  };
}
