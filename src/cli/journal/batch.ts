import { type Deferred, deferred } from '../../primitives/deferred.ts';
import type { JournalRecord } from './records.ts';
import { TextBuffer } from './text-buffer.ts';

/** How far a session has got: the length of the output in bytes, and how many items have ended in it. */
export interface Extent {
  readonly output: number;
  readonly ended: number;
}

// About what a record takes as a line.
const LINE_SIZE = 128;

/** What one write puts on disk. */
export class Batch {
  readonly output: TextBuffer = new TextBuffer();
  readonly held: TextBuffer = new TextBuffer();
  readonly lines: TextBuffer = new TextBuffer();
  /** They become lines when it is their turn to be written: until then one may be taken back. */
  readonly records: (JournalRecord | undefined)[] = [];
  /** The position of its last record. */
  last = 0;
  /** How far the session is once it is written. */
  extent: Extent;
  #settled: Deferred<void> | undefined;

  constructor(extent: Extent) {
    this.extent = extent;
  }

  get size(): number {
    return this.output.length + this.held.length + this.records.length * LINE_SIZE;
  }

  /** Resolves when it is written or never will be: one promise for all that wait for it. */
  whenSettled(): Promise<void> {
    this.#settled ??= deferred();
    return this.#settled.promise;
  }

  /** It is written, or never will be. */
  settle(): void {
    this.#settled?.resolve();
    this.#settled = undefined;
  }

  /** Begins again, behind another batch. */
  restart({ extent }: Batch): this {
    for (const buffer of [this.output, this.held, this.lines]) buffer.clear();
    this.records.length = 0;
    this.extent = extent;
    return this;
  }
}
