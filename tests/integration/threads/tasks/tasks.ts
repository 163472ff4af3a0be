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

/** Where `stage` and its relatives keep what in the numbers that all threads see. Gates are closed while they are 0. */
export const places = Object.freeze({
  /** How many have begun. */
  begun: 0,
  /** The gate for all. */
  gate: 1,
  /** How many have run their `finally`. */
  cleaned: 2,
  /** Places in the order that are taken, by tasks that run side by side. */
  noted: 3,
  /** From here on: who has begun, in order. */
  order: 16,
  /** From here on: a gate for each. */
  gates: 128,
});

/** `id` has begun. */
export function noteBegin(flags: Int32Array, id: number): void {
  Atomics.store(flags, places.order + Atomics.add(flags, places.noted, 1), id);
  // Last: who sees the count finds the name.
  Atomics.add(flags, places.begun, 1);
}

/** Whether `id` may go on. */
export function isOpen(flags: Int32Array, id: number): boolean {
  return Atomics.load(flags, places.gate) + Atomics.load(flags, places.gates + id) > 0;
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
  /** Notes that `id` has begun. */
  note(flags: Int32Array, id: number): number {
    noteBegin(flags, id);
    return id;
  },
  /** Notes that `id` has begun, and waits for a gate. A kill ends it. */
  async stage(flags: Int32Array, id: number): Promise<number> {
    noteBegin(flags, id);
    while (!isOpen(flags, id)) await sleep(1);
    return id;
  },
  /** As `stage`, but deaf to kills. */
  async stubborn(flags: Int32Array, id: number): Promise<number> {
    noteBegin(flags, id);
    while (!isOpen(flags, id)) await new Promise((resolve) => setTimeout(resolve, 1));
    return id;
  },
  /** As `stage`, and cleans up, which takes a while. */
  async tidy(flags: Int32Array, id: number): Promise<number> {
    noteBegin(flags, id);
    try {
      while (!isOpen(flags, id)) await sleep(1);
      return id;
    } finally {
      await sleep(2);
      Atomics.add(flags, places.cleaned, 1);
    }
  },
  fail(message: string): never {
    throw new Error(message);
  },
  /** As `stage`, with an error at the end. */
  async failAtGate(flags: Int32Array, id: number): Promise<never> {
    noteBegin(flags, id);
    while (!isOpen(flags, id)) await sleep(1);
    throw new Error(`failed ${id}`);
  },
  /** Fails so many times, then gives the number of the attempt. */
  failTimes(flags: Int32Array, times: number): number {
    noteBegin(flags, 0);
    const attempt = Atomics.load(flags, places.begun);
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return attempt;
  },
  double: (n: number): number => n * 2,
  doubleOdd(n: number): number {
    if (n % 2 === 0) throw new Error(`even ${n}`);
    return n * 2;
  },
  isGreen: (): boolean => getcurrent() !== undefined,
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
