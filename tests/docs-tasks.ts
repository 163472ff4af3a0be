// Tasks that examples in the documentation spawn without defining them. In a module of their own, since each thread loads it.
import { defineTasks } from 'greenpool';
import { transfer } from 'greenpool/threads';

export const { square, countTo, invert, count, spin } = defineTasks(import.meta.url, {
  square: (n: number): number => n * n,
  *countTo(end: number): Generator<number> {
    for (let n = 1; n <= end; n += 1) yield n;
  },
  invert(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    for (const [index, byte] of bytes.entries()) bytes[index] = 255 - byte;
    return transfer(bytes, [bytes.buffer]);
  },
  count: (counter: Int32Array): number => Atomics.add(counter, 0, 1),
  spin(): never {
    for (;;);
  },
});
