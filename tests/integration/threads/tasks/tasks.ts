// What the tests run in threads. Translated for each run, and loaded by Node itself there.
import { defineTasks, getcurrent, sleep } from 'greenpool';
import { transfer } from 'greenpool/threads';

/** An error class of a user. */
export class OrderError extends RangeError {
  override name = 'OrderError';
  code = 'E_ORDER';
  readonly order: { id: number };

  constructor(message: string, id: number, options?: ErrorOptions) {
    super(message, options);
    this.order = { id };
  }
}

/** Resolves when `flags[index]` is no longer 0. */
async function opened(flags: Int32Array, index: number): Promise<void> {
  while (Atomics.load(flags, index) === 0) await sleep(1);
}

export const tasks = defineTasks(import.meta.url, {
  add: (a: number, b: number): number => a + b,
  async addLater(a: number, b: number): Promise<number> {
    await Promise.resolve();
    return a + b;
  },
  echo: (value: unknown): unknown => value,
  /** Counts up, then waits until `flags[1]` is set. */
  async hold(flags: Int32Array): Promise<string> {
    Atomics.add(flags, 0, 1);
    Atomics.notify(flags, 0);
    await opened(flags, 1);
    return 'held';
  },
  /** As `hold`, without letting the event loop turn. */
  block(flags: Int32Array): string {
    Atomics.add(flags, 0, 1);
    Atomics.wait(flags, 1, 0);
    return 'blocked';
  },
  count(flags: Int32Array): number {
    return Atomics.add(flags, 0, 1) + 1;
  },
  spin(): never {
    for (;;);
  },
  async nap(ms: number): Promise<string> {
    await sleep(ms);
    return 'rested';
  },
  exit: (code: number): never => process.exit(code),
  throwOrder(): never {
    throw new OrderError('no such order', 7, { cause: new TypeError('inner') });
  },
  throwValue(value: unknown): never {
    throw value;
  },
  returnFunction: () => () => undefined,
  /** Whether it runs as a green thread, and what became of its signal. */
  async untilAborted(flags: Int32Array): Promise<never> {
    const signal = getcurrent()?.signal;
    Atomics.add(flags, 0, 1);
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    Atomics.store(flags, 2, 1);
    throw signal?.reason;
  },
  fill(bytes: Uint8Array, value: number): Uint8Array {
    bytes.fill(value);
    return transfer(bytes, [bytes.buffer as ArrayBuffer]);
  },
  async *countTo(end: number, flags?: Int32Array): AsyncGenerator<number> {
    try {
      for (let n = 0; n < end; n += 1) {
        if (flags !== undefined) Atomics.add(flags, 0, 1);
        yield n;
      }
    } finally {
      if (flags !== undefined) Atomics.store(flags, 1, 1);
    }
  },
});
