// Generators, and what is taken for one.
import { defineTasks, sleep } from 'greenpool';
import { transfer } from 'greenpool/threads';
import { isOpen, noteBegin, places } from './tasks.ts';

export const streams = defineTasks(import.meta.url, {
  /** Notes each item before it is yielded, and its end. */
  async *count(flags: Int32Array, end: number): AsyncGenerator<number> {
    try {
      for (let n = 0; n < end; n += 1) {
        Atomics.add(flags, places.begun, 1);
        yield n;
      }
    } finally {
      Atomics.add(flags, places.cleaned, 1);
    }
  },
  *countNow(flags: Int32Array, end: number): Generator<number> {
    try {
      for (let n = 0; n < end; n += 1) {
        Atomics.add(flags, places.begun, 1);
        yield n;
      }
    } finally {
      Atomics.add(flags, places.cleaned, 1);
    }
  },
  async *failAfter(end: number): AsyncGenerator<number> {
    for (let n = 0; n < end; n += 1) yield n;
    throw new RangeError('no more');
  },
  /** One item, then it waits for its gate. */
  async *oneThenWait(flags: Int32Array): AsyncGenerator<number> {
    try {
      yield 1;
      noteBegin(flags, 0);
      while (!isOpen(flags, 0)) await sleep(1);
      yield 2;
    } finally {
      Atomics.add(flags, places.cleaned, 1);
    }
  },
  async *oneThenSpin(): AsyncGenerator<number> {
    yield 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (;;);
  },
  /** Its third item cannot be copied. */
  async *uncopyable(flags: Int32Array): AsyncGenerator<unknown> {
    try {
      yield 1;
      yield 2;
      yield () => 3;
      yield 4;
    } finally {
      Atomics.add(flags, places.cleaned, 1);
    }
  },
  async *buffers(count: number, length: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n += 1) {
      const bytes = new Uint8Array(length).fill(n);
      yield transfer(bytes, [bytes.buffer]);
    }
  },
  list: (): number[] => [1, 2, 3],
  async later(): Promise<number[]> {
    await Promise.resolve();
    return [4, 5];
  },
  number: (): Iterable<number> => 42 as unknown as Iterable<number>,
  async *exit(): AsyncGenerator<number> {
    yield 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.exit(4);
  },
});
