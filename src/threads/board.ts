import { MOST_CALLS } from './messages.ts';

// How far a call has come. Both sides may change it, by compare-and-exchange where both might.
/** The thread has not looked at it. */
const SENT = 0;
/** The pool has taken it back: the thread leaves it out. */
const TAKEN_BACK = 1;
/** Its function is at work. */
const BEGUN = 2;
/** Its function has ended, and what it came to is in a message. */
const ANSWERED = 3;
// From here on its result stands on the board.
const UNDEFINED = 4;
const NULL = 5;
const FALSE = 6;
const TRUE = 7;
const NUMBER = 8;
const TEXT = 9;

/** UTF-16 code units of text that fit on a board. */
const TEXT_UNITS = 65_536;
const FLAG_BYTES = MOST_CALLS * Int32Array.BYTES_PER_ELEMENT;
const NUMBER_BYTES = MOST_CALLS * Float64Array.BYTES_PER_ELEMENT;
const BYTES = FLAG_BYTES + NUMBER_BYTES + TEXT_UNITS * 2;

/**
 * What both sides of a lane see of the calls of one message: how far each has come, and the results that are primitives. So
 * the pool can have these when the thread cannot say anything, since a later call keeps it busy or has ended it.
 */
export class Board {
  readonly memory: SharedArrayBuffer;
  readonly #flags: Int32Array;
  readonly #numbers: Float64Array;
  readonly #text: Buffer;
  /** Bytes of text so far. */
  #textEnd = 0;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.memory = memory;
    this.#flags = new Int32Array(memory, 0, MOST_CALLS);
    this.#numbers = new Float64Array(memory, FLAG_BYTES, MOST_CALLS);
    this.#text = Buffer.from(memory, FLAG_BYTES + NUMBER_BYTES);
  }

  /** In the pool: `count` calls are about to be sent to the thread, which has none. */
  set(count: number): void {
    this.#flags.fill(SENT, 0, count);
  }

  /** In the pool: takes a call back. False when the thread has begun it. */
  takeBack(index: number): boolean {
    return Atomics.compareExchange(this.#flags, index, SENT, TAKEN_BACK) === SENT;
  }

  isTakenBack(index: number): boolean {
    return Atomics.load(this.#flags, index) === TAKEN_BACK;
  }

  isAtWork(index: number): boolean {
    return Atomics.load(this.#flags, index) === BEGUN;
  }

  /** Its function has ended. */
  hasEnded(index: number): boolean {
    return Atomics.load(this.#flags, index) >= ANSWERED;
  }

  /** There is nothing more to hear of it. */
  isOver(index: number): boolean {
    return this.isKept(index) || this.isTakenBack(index);
  }

  /** Its result stands here. */
  isKept(index: number): boolean {
    return Atomics.load(this.#flags, index) >= UNDEFINED;
  }

  /** The result that stands here. */
  kept(index: number): unknown {
    const number = this.#numbers[index] ?? 0;
    switch (Atomics.load(this.#flags, index)) {
      case NUMBER:
        return number;
      case TEXT:
        return this.#text.toString('utf16le', Math.floor(number / BYTES), number % BYTES);
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NULL:
        return null;
      default:
        return undefined;
    }
  }

  /** In the thread: another message has come. */
  clear(): void {
    this.#textEnd = 0;
  }

  /** In the thread: begins a call. False when it was taken back. */
  begin(index: number): boolean {
    return Atomics.compareExchange(this.#flags, index, SENT, BEGUN) === SENT;
  }

  /** In the thread: what a call has come to was sent. */
  answered(index: number): void {
    Atomics.store(this.#flags, index, ANSWERED);
  }

  /** In the thread: puts a result down. False when it is none that fits. */
  keep(index: number, value: unknown): boolean {
    const flag = this.#put(index, value);
    if (flag === undefined) return false;
    // Last, and atomic: whoever sees the flag sees the result.
    Atomics.store(this.#flags, index, flag);
    return true;
  }

  #put(index: number, value: unknown): number | undefined {
    switch (typeof value) {
      case 'number':
        this.#numbers[index] = value;
        return NUMBER;
      case 'string':
        return this.#putText(index, value) ? TEXT : undefined;
      case 'boolean':
        return value ? TRUE : FALSE;
      case 'undefined':
        return UNDEFINED;
      default:
        return value === null ? NULL : undefined;
    }
  }

  #putText(index: number, text: string): boolean {
    const start = this.#textEnd;
    const end = start + text.length * 2;
    if (end > TEXT_UNITS * 2) return false;
    // As UTF-16, which keeps halves of surrogate pairs.
    this.#text.write(text, start, 'utf16le');
    this.#numbers[index] = start * BYTES + end;
    this.#textEnd = end;
    return true;
  }
}
