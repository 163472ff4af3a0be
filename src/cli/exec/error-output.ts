import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputRecord } from '../output/output-record.ts';
import type { Screen } from '../progress/screen.ts';

/** Writes what commands say on stderr: whole, above the bar, and never into one another. */
export class ErrorOutput {
  readonly #screen: Screen;
  #turn: Promise<void> = Promise.resolve();

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Whole lines, now. */
  write(text: string): void {
    if (text !== '') this.#screen.write(Buffer.from(text, 'latin1'));
  }

  /** Resolves when all of it is written. A long one lets the event loop go on in between, but no other text. */
  put(record: OutputRecord): Promise<void> {
    if (record === '') return Promise.resolve();
    const put = this.#turn.then(async () => {
      if (typeof record === 'string') return this.write(record);
      for await (const piece of record.pieces()) {
        this.write(piece);
        await nextTurn();
      }
    });
    // What goes wrong is the matter of its own item.
    this.#turn = put.catch(() => {});
    return put;
  }
}
