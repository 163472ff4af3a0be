import fc from 'fast-check';
import { expect } from 'vitest';
import { settle } from '../../src/testing/index.ts';
import { toRest } from './primitives-semaphore.ts';

interface Options {
  signal?: AbortSignal | undefined;
}

/** What the properties need of a queue; broken ones have it too. */
interface QueueLike {
  put(item: number, options?: Options): Promise<void>;
  get(options?: Options): Promise<number>;
  putNowait(item: number): void;
  getNowait(): number;
  resize(maxsize: number | null): void;
  close(): void;
  taskDone(): void;
  qsize(): number;
  putting(): number;
  getting(): number;
  readonly unfinishedTasks: number;
}

export type MakeQueue = (maxsize: number | null) => QueueLike;

/** Which of the items comes out next. */
export type Pick = (items: readonly number[]) => number;

export const first: Pick = () => 0;
export const last: Pick = (items) => items.length - 1;
export const smallest: Pick = (items) => items.indexOf(Math.min(...items));

const sizes = fc.oneof(fc.constant(null), fc.nat({ max: 3 }));
const lives = fc.array(fc.record({ rounds: fc.integer({ min: 1, max: 4 }), isAborted: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});

/**
 * Producers and consumers that come and go in every order: nothing is lost or doubled, items come out in the order of the
 * `put` calls, getters are served in the order of theirs, and the bound holds. For queues that are first in, first out.
 */
export function queueRace(make: MakeQueue): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(
    fc.scheduler(),
    sizes,
    lives,
    lives,
    async (scheduler, maxsize, producers, consumers) => {
      const queue = make(maxsize);
      const put: number[] = [];
      const withdrawn = new Set<number>();
      const got: number[] = [];
      const served: number[] = [];
      const failures: unknown[] = [];
      let puts = 0;
      let gets = 0;

      const start = async (
        { rounds, isAborted }: { rounds: number; isAborted: boolean },
        step: (signal: AbortSignal) => Promise<void>,
      ): Promise<void> => {
        const controller = new AbortController();
        if (isAborted)
          void scheduler.schedule(Promise.resolve(), 'abort').then(() => controller.abort('aborted'));
        try {
          for (let round = 0; round < rounds; round += 1) await step(controller.signal);
        } catch (error) {
          if (error !== 'aborted') failures.push(error);
        }
      };
      const produce = async (signal: AbortSignal): Promise<void> => {
        const item = puts++;
        put.push(item);
        await queue.put(item, { signal }).catch((error) => {
          withdrawn.add(item);
          throw error;
        });
        await scheduler.schedule(Promise.resolve(), `put ${item}`);
      };
      const consume = async (signal: AbortSignal): Promise<void> => {
        const call = gets++;
        got.push(await queue.get({ signal }));
        served.push(call);
        expect(queue.qsize()).toBeLessThanOrEqual(maxsize ?? Number.POSITIVE_INFINITY);
        await scheduler.schedule(Promise.resolve(), `got ${got.at(-1)}`);
      };

      for (const life of consumers) void start(life, consume);
      for (const life of producers) void start(life, produce);
      await toRest(scheduler);

      expect(failures).toEqual([]);
      expect(served).toEqual([...served].sort((a, b) => a - b));
      // At rest nobody waits for what is there.
      expect(queue.getting() === 0 || queue.qsize() + queue.putting() === 0).toBe(true);
      queue.resize(null);
      while (queue.qsize() > 0) got.push(queue.getNowait());
      expect(got).toEqual(put.filter((item) => !withdrawn.has(item)));
    },
  );
}

/** A queue as anybody would write it who need not care for speed, timing or promises. */
class NaiveQueue {
  readonly outcomes: string[] = [];
  items: number[] = [];
  puts: { readonly id: number; readonly item: number }[] = [];
  gets: number[] = [];
  unfinished = 0;
  isClosed = false;
  capacity: number;
  readonly #pick: Pick;

  constructor(maxsize: number | null, pick: Pick) {
    this.capacity = maxsize ?? Number.POSITIVE_INFINITY;
    this.#pick = pick;
  }

  put(item: number): void {
    const id = this.outcomes.push('pending') - 1;
    if (this.isClosed) this.outcomes[id] = 'ERR_QUEUE_CLOSED';
    else this.puts.push({ id, item });
    this.pump();
  }

  get(): void {
    this.gets.push(this.outcomes.push('pending') - 1);
    this.pump();
  }

  putNowait(item: number): string {
    if (this.isClosed) return 'ERR_QUEUE_CLOSED';
    if (this.gets.length === 0 && this.items.length >= this.capacity) return 'ERR_QUEUE_FULL';
    this.puts.push({ id: -1, item });
    this.pump();
    return 'put';
  }

  getNowait(): string {
    if (this.items.length + this.puts.length === 0)
      return this.isClosed ? 'ERR_QUEUE_CLOSED' : 'ERR_QUEUE_EMPTY';
    this.get();
    return this.outcomes.pop()!;
  }

  abort(id: number): void {
    if (this.outcomes[id] === 'pending') this.outcomes[id] = 'aborted';
    this.puts = this.puts.filter((put) => put.id !== id);
    this.gets = this.gets.filter((get) => get !== id);
  }

  close(): void {
    this.isClosed = true;
    for (const { id } of this.puts) this.outcomes[id] = 'ERR_QUEUE_CLOSED';
    this.puts = [];
    this.pump();
  }

  taskDone(): string {
    if (this.unfinished === 0) return 'ERR_QUEUE_TASK_DONE';
    this.unfinished -= 1;
    return 'done';
  }

  pump(): void {
    for (;;) {
      const room = this.items.length < this.capacity || (this.gets.length > 0 && this.items.length === 0);
      if (this.gets.length > 0 && this.items.length > 0) {
        const [item] = this.items.splice(this.#pick(this.items), 1);
        this.outcomes[this.gets.shift()!] = `${item}`;
      } else if (this.puts.length > 0 && room) {
        const { id, item } = this.puts.shift()!;
        this.items.push(item);
        this.unfinished += 1;
        if (id >= 0) this.outcomes[id] = 'put';
      } else break;
    }
    if (!this.isClosed) return;
    for (const id of this.gets) this.outcomes[id] = 'ERR_QUEUE_CLOSED';
    this.gets = [];
  }
}

type Call =
  | { readonly name: 'get' | 'getNowait' | 'taskDone' | 'settle' | 'close' }
  | { readonly name: 'put' | 'putNowait' | 'abort'; readonly value: number }
  | { readonly name: 'resize'; readonly maxsize: number | null };

const named = (name: 'get' | 'getNowait' | 'taskDone' | 'settle' | 'close') => fc.constant<Call>({ name });
const valued = (name: 'put' | 'putNowait' | 'abort') =>
  fc.nat({ max: 9 }).map((value): Call => ({ name, value }));

const queueCalls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: valued('put') },
    { weight: 6, arbitrary: named('get') },
    { weight: 2, arbitrary: valued('putNowait') },
    { weight: 2, arbitrary: named('getNowait') },
    { weight: 3, arbitrary: valued('abort') },
    { weight: 2, arbitrary: named('settle') },
    { weight: 2, arbitrary: named('taskDone') },
    { weight: 1, arbitrary: sizes.map((maxsize): Call => ({ name: 'resize', maxsize })) },
    { weight: 1, arbitrary: named('close') },
  ),
  { maxLength: 50 },
);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'aborted';

function attempt(fn: () => unknown, done: string | undefined): string {
  try {
    const value = fn();
    return done ?? `${value}`;
  } catch (error) {
    return codeOf(error);
  }
}

/** Whatever is called in whatever order, the queue and the naive one agree after every call. */
export function queueModel(make: MakeQueue, pick: Pick): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(sizes, queueCalls, async (maxsize, calls) => {
    const real = make(maxsize);
    const naive = new NaiveQueue(maxsize, pick);
    const outcomes: string[] = [];
    const controllers: AbortController[] = [];
    const park = (wait: (options: Options) => Promise<unknown>): void => {
      const controller = new AbortController();
      controllers.push(controller);
      const id = outcomes.push('pending') - 1;
      wait({ signal: controller.signal }).then(
        (value) => (outcomes[id] = value === undefined ? 'put' : `${value}`),
        (error) => (outcomes[id] = codeOf(error)),
      );
    };
    const perform = async (call: Call): Promise<void> => {
      switch (call.name) {
        case 'put':
          park((options) => real.put(call.value, options));
          return naive.put(call.value);
        case 'get':
          park((options) => real.get(options));
          return naive.get();
        case 'putNowait':
          return expect(attempt(() => real.putNowait(call.value), 'put')).toBe(naive.putNowait(call.value));
        case 'getNowait':
          return expect(attempt(() => real.getNowait(), undefined)).toBe(naive.getNowait());
        case 'taskDone':
          return expect(attempt(() => real.taskDone(), 'done')).toBe(naive.taskDone());
        case 'abort':
          controllers[call.value]?.abort('aborted');
          return naive.abort(call.value);
        case 'resize':
          real.resize(call.maxsize);
          naive.capacity = call.maxsize ?? Number.POSITIVE_INFINITY;
          return naive.pump();
        case 'close':
          real.close();
          return naive.close();
        case 'settle':
          return await settle(1);
      }
    };

    for (const call of calls) {
      await perform(call);
      expect([real.qsize(), real.putting(), real.getting(), real.unfinishedTasks]).toEqual([
        ...[naive.items.length, naive.puts.length, naive.gets.length, naive.unfinished],
      ]);
    }

    await settle(1);
    expect(outcomes).toEqual(naive.outcomes);
  });
}
