// What crosses besides plain values, and what stays behind.
import { threadId } from 'node:worker_threads';
import { defineTasks, getcurrent } from 'greenpool';
import { transfer } from 'greenpool/threads';
import { noteBegin, places } from './tasks.ts';

/** Where a task shows that it goes on. */
export const SIGN_OF_LIFE = 8;

const kept = new Uint8Array(10);

export const bodies = defineTasks(import.meta.url, {
  where: (): number => threadId,
  lengthOf: (bytes: Uint8Array): number => bytes.byteLength,
  /** Keeps nothing: its result is moved. Tells in `flags` whether it was. */
  give(length: number, flags: Int32Array): Uint8Array {
    const bytes = new Uint8Array(length).fill(7);
    setImmediate(() => {
      Atomics.store(flags, places.begun, bytes.byteLength === 0 ? 1 : 2);
    });
    return transfer(bytes, [bytes.buffer]);
  },
  /** Gives the same thing each time, though it can be moved only once. */
  giveAgain: (): Uint8Array => transfer(kept, [kept.buffer]),
  back: (bytes: Uint8Array): Uint8Array => transfer(bytes, [bytes.buffer as ArrayBuffer]),
  addTo(numbers: Int32Array, value: number): Int32Array {
    Atomics.add(numbers, 0, value);
    return numbers;
  },
  /** Never ends, and shows that it has not. */
  spinCounting(flags: Int32Array): never {
    noteBegin(flags, 0);
    for (;;) Atomics.add(flags, SIGN_OF_LIFE, 1);
  },
  /** Leaves a busy loop behind. */
  leaveLoop(): void {
    setTimeout(() => {
      for (;;);
    });
  },
  /** Leaves something behind that ends its thread when the next task has been sent to it. */
  leaveExit(): void {
    setImmediate(() => process.exit(1));
  },
  /** Yields the same object again and again. */
  *yieldSame(count: number): Generator<{ n: number }> {
    const item = { n: 0 };
    for (; item.n < count; item.n += 1) yield item;
  },
  /** A view of a buffer that has been moved away. */
  giveDetached(): Uint8Array {
    const bytes = new Uint8Array(4);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return bytes;
  },
  /** Leaves a timer behind that notes its turns. */
  leaveTimer(flags: Int32Array, turns: number): void {
    let left = turns;
    const timer = setInterval(() => {
      noteBegin(flags, 0);
      left -= 1;
      if (left === 0) clearInterval(timer);
    }, 2);
  },
  /** Waits for a kill; gives to `flags` what it knows of the reason. */
  async tellReason(flags: Int32Array, code: string): Promise<never> {
    const signal = getcurrent()?.signal;
    noteBegin(flags, 0);
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    const reason: unknown = signal?.reason;
    if (reason instanceof RangeError) Atomics.or(flags, places.cleaned, 1);
    if ((reason as { code?: unknown }).code === code) Atomics.or(flags, places.cleaned, 2);
    throw reason;
  },
  /** Throws something else when it is killed. */
  async throwOther(flags: Int32Array): Promise<never> {
    const signal = getcurrent()?.signal;
    noteBegin(flags, 0);
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    throw new RangeError('something else');
  },
});
