import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import {
  type GreenMap,
  type GreenPile,
  type GreenPool,
  type GreenThread,
  getcurrent,
  sleep,
  spawn,
  spawnAfter,
} from 'greenpool';
import { ManualClock } from 'greenpool/testing';
import { demandEqual } from './law.ts';
import type { Subject } from './subject.ts';
import { ends, microtasks, turn } from './turns.ts';

/** The ways in which a task can have others done in its pool and wait for them. */
const ways = [
  'spawn',
  'spawnN',
  'run',
  'imap',
  'starmap',
  'imapUnordered',
  'pile',
  'helper',
  'spawn all',
  'run all',
  'two nexts',
  'eager pile',
  'map of map',
  'calling source',
  'trySpawn',
  'link',
  'late helper',
  'shared map',
  'shared pile',
] as const;
export type Way = (typeof ways)[number];

const pauses = ['none', 'microtask', 'turn', 'sleep'] as const;
type Pause = (typeof pauses)[number];

/** A task that pauses, has its children done in one way, pauses again and returns how many tasks it stands for. */
export interface Call {
  readonly way: Way;
  readonly pause: Pause;
  readonly priority: number;
  /** Which of the pools the children run in. */
  readonly pool: number;
  /** Under a kill: the fate that the children may meet, besides being killed by hand. */
  readonly end: 'none' | 'timeout' | 'signal';
  readonly children: readonly Call[];
}

/** Random trees of up to `levels` levels below the root. */
export function calls(levels: number, pools: number): fc.Arbitrary<Call> {
  const children =
    levels === 0
      ? fc.constant<readonly Call[]>([])
      : fc.array(calls(levels - 1, pools), { minLength: levels > 1 ? 1 : 0, maxLength: 3, size: 'max' });
  return fc.record({
    way: fc.constantFrom(...ways),
    pause: fc.constantFrom(...pauses),
    priority: fc.constantFrom(0, 0, 0, 1, -1),
    pool: fc.nat({ max: pools - 1 }),
    end: fc.constantFrom('none' as const, 'none' as const, 'timeout' as const, 'signal' as const),
    children,
  });
}

/** One call for each of `nested`, from the outside to the inside, with two children each. */
export function nest(nested: readonly Way[]): Call {
  const [way = 'run', ...inner] = nested;
  const child = nested.length > 0 ? nest(inner) : undefined;
  const children = child === undefined ? [] : [child, child];
  return { way, pause: 'none', priority: 0, pool: 0, end: 'none', children };
}

export function countOf(call: Call): number {
  return call.children.reduce((sum, child) => sum + countOf(child), 1);
}

/** Results that anybody may take, made outside of any task. */
interface Shared {
  readonly map: GreenMap<number>;
  readonly pile: GreenPile<number>;
}

const SHARED = 5;

/** Plays with time standing still, so that a limit of 0 is a turn of the event loop and nothing ever takes a millisecond. */
export async function withoutTime<T>(play: (clock: ManualClock) => Promise<T>): Promise<T> {
  const clock = new ManualClock();
  const uninstall = clock.install();
  try {
    const result = await play(clock);
    demandEqual(clock.pending, 0, 'timers that are left');
    return result;
  } finally {
    uninstall();
  }
}

/** Plays trees of calls on pools. */
export class CallTrees {
  /** Items taken of the shared map and the shared pile. */
  taken = 0;
  /** Functions at work: those that have entered and neither wait for their children nor have ended. */
  atWork = 0;
  mostAtWork = 0;
  mostRunning = 0;
  readonly #shared: Shared;
  readonly pools: readonly GreenPool[];
  /** Threads that have reached their first line. */
  readonly threads: GreenThread<unknown>[] = [];
  readonly signals: readonly AbortController[] = [new AbortController(), new AbortController()];
  entered = 0;
  ended = 0;
  readonly #subject: Subject;
  /** Kills and aborts happen: calls get their signals and timeouts, and every error is survived. */
  readonly #isRough: boolean;

  constructor(subject: Subject, pools: readonly GreenPool[], isRough = false) {
    this.#subject = subject;
    this.pools = pools;
    this.#isRough = isRough;
    const pool = this.entrance;
    const numbers = Array.from({ length: SHARED }, (_, index) => index);
    const pause = async (n: number): Promise<number> => {
      await microtasks();
      return n;
    };
    this.#shared = { map: pool.imap(pause, numbers), pile: subject.pile<number>(pool) };
    for (const n of numbers) this.#shared.pile.spawn(pause, n).catch(() => {});
  }

  /** The pool that those outside call. */
  get entrance(): GreenPool {
    return this.pools[0] as GreenPool;
  }

  /** The task of `call`: its result is the number of tasks in its tree. */
  readonly task = async (call: Call): Promise<number> => {
    this.entered += 1;
    const thread = getcurrent();
    if (thread !== undefined) this.threads.push(thread);
    this.#work(1);
    try {
      await rest(call.pause);
      this.#work(-1);
      const sum = await this.callChildren(call).finally(() => this.#work(1));
      await rest(call.pause);
      return 1 + sum;
    } finally {
      this.#work(-1);
      this.ended += 1;
    }
  };

  #work(change: number): void {
    this.atWork += change;
    this.mostAtWork = Math.max(this.mostAtWork, this.atWork);
    for (const pool of this.pools) this.mostRunning = Math.max(this.mostRunning, pool.running());
  }

  async callChildren(call: Call): Promise<number> {
    const { children } = call;
    const pool = this.#poolOf(call);
    try {
      return await this.#callIn(call.way, pool, children);
    } catch (error) {
      if (!this.#isRough) throw error;
      return 0;
    }
  }

  #poolOf({ pool: index, priority, end }: Call): GreenPool {
    const pool = this.pools[index] as GreenPool;
    const view = priority === 0 ? pool : pool.with({ priority });
    if (!this.#isRough || end === 'none') return view;
    if (end === 'timeout') return view.with({ timeout: 0 });
    return view.with({ signal: this.signals[priority === 0 ? 0 : 1]?.signal });
  }

  async #callIn(way: Way, pool: GreenPool, children: readonly Call[]): Promise<number> {
    const { task } = this;
    switch (way) {
      case 'spawn':
        return this.#oneByOne(children, async (child) => (await pool.spawn(task, child)).wait());
      case 'spawn all': {
        const threads: GreenThread<number>[] = [];
        for (const child of children) threads.push(await pool.spawn(task, child));
        return this.#all(threads.map((thread) => thread.wait()));
      }
      case 'trySpawn':
        return this.#oneByOne(children, (child) => pool.trySpawn(task, child)?.wait() ?? task(child));
      case 'spawnN':
        return this.#detached(pool, children);
      case 'run':
        return this.#oneByOne(children, (child) => pool.run(task, child));
      case 'run all':
        return this.#all(children.map((child) => pool.run(task, child)));
      case 'imap':
        return total(pool.imap(task, children));
      case 'starmap':
        return total(
          pool.starmap(
            task,
            children.map((child): [Call] => [child]),
          ),
        );
      case 'imapUnordered':
        return total(pool.imapUnordered(task, children));
      case 'two nexts':
        return this.#twoNexts(pool.imap(task, children));
      case 'map of map':
        return total(pool.imap((sum: number) => sum, pool.imap(task, children)));
      case 'calling source':
        return total(pool.imap((sum: number) => sum, callingSource(pool, task, children)));
      case 'pile': {
        const pile = this.#subject.pile<number>(pool);
        for (const child of children) await pile.spawn(task, child);
        return total(pile);
      }
      case 'eager pile': {
        const pile: GreenPile<number> = this.#subject.pile<number>(pool);
        const spawned = Promise.allSettled(children.map((child) => pile.spawn(task, child)));
        const sum = await total(pile);
        await spawned;
        return sum;
      }
      case 'helper':
        return spawn(() => this.#oneByOne(children, (child) => pool.run(task, child))).wait();
      case 'late helper':
        return spawnAfter(0, () => this.#oneByOne(children, (child) => pool.run(task, child))).wait();
      case 'link':
        return this.#oneByOne(children, (child) => afterLink(pool, task, child));
      case 'shared map':
        await this.#take(this.#shared.map);
        return this.#oneByOne(children, (child) => pool.run(task, child));
      case 'shared pile':
        await this.#take(this.#shared.pile);
        return this.#oneByOne(children, (child) => pool.run(task, child));
    }
  }

  async #oneByOne(children: readonly Call[], run: (child: Call) => Promise<number>): Promise<number> {
    let sum = 0;
    for (const child of children) {
      try {
        sum += await run(child);
      } catch (error) {
        if (!this.#isRough) throw error;
      }
    }
    return sum;
  }

  async #all(results: readonly Promise<number>[]): Promise<number> {
    const settled = await Promise.allSettled(results);
    let sum = 0;
    for (const outcome of settled) {
      if (outcome.status === 'fulfilled') sum += outcome.value;
      else if (!this.#isRough) throw outcome.reason;
    }
    return sum;
  }

  /** A detached task says itself when it is done; one that may be killed before its start cannot. */
  async #detached(pool: GreenPool, children: readonly Call[]): Promise<number> {
    let sum = 0;
    const done: Promise<void>[] = [];
    for (const child of children) {
      let resolve = (): void => {};
      done.push(new Promise((ready) => (resolve = ready)));
      await pool.spawnN(async () => {
        try {
          // Not `sum += await`: that reads the sum before it waits, and the siblings' share would be lost.
          const part = await this.task(child);
          sum += part;
        } finally {
          resolve();
        }
      });
    }
    if (!this.#isRough) await Promise.all(done);
    return sum;
  }

  /** One result of what somebody outside the pool has started, if there is one left. */
  async #take(results: Shared['map' | 'pile']): Promise<void> {
    const item = await results.next();
    if (item.done !== true) this.taken += 1;
  }

  async #twoNexts(map: GreenMap<number>): Promise<number> {
    let sum = 0;
    for (;;) {
      const items = await Promise.allSettled([map.next(), map.next()]);
      for (const item of items) {
        if (item.status === 'rejected' && !this.#isRough) throw item.reason;
        if (item.status === 'fulfilled' && item.value.done !== true) sum += item.value.value;
      }
      if (items.every((item) => item.status === 'fulfilled' && item.value.done === true)) return sum;
    }
  }

  /** Everything has come to rest: nothing is held, and every slot can be had. */
  async demandRest(): Promise<void> {
    await ends('what was shared', this.#drain());
    for (const [index, pool] of this.pools.entries()) {
      await ends(`waitall of pool ${index}`, pool.waitall(), () => this.entered + this.ended);
      const { size } = pool;
      demandEqual([pool.running(), pool.waiting(), pool.free()], [0, 0, size], `pool ${index}`);
      const probes = Array.from({ length: size + 1 }, () => pool.trySpawn(() => {}) !== undefined);
      demandEqual(probes.lastIndexOf(true), size - 1, `last slot of pool ${index} that can be had`);
      await ends('waitall of the probes', pool.waitall());
    }
    demandEqual(this.ended, this.entered, 'tasks that ended');
    demandEqual(this.atWork, 0, 'functions at work');
    for (const { signal } of this.signals)
      demandEqual(getEventListeners(signal, 'abort').length, 0, 'listeners on a signal');
  }

  /** Takes what nobody has taken. */
  async #drain(): Promise<void> {
    for (const results of [this.#shared.map, this.#shared.pile]) {
      for (;;) {
        const item = await results.next().catch(() => ({ done: false }));
        if (item.done === true) break;
        this.taken += 1;
      }
    }
    // A kill of the whole pool ends the map and forgets callers in line.
    if (!this.#isRough) demandEqual(this.taken, 2 * SHARED, 'shared results taken');
  }
}

/** A link of one task calls for the next. */
async function afterLink(
  pool: GreenPool,
  task: (call: Call) => Promise<number>,
  child: Call,
): Promise<number> {
  const thread = await pool.spawn(() => {});
  return new Promise((resolve, reject) => {
    thread.link(() => void pool.run(task, child).then(resolve, reject));
  });
}

async function* callingSource(
  pool: GreenPool,
  task: (call: Call) => Promise<number>,
  children: readonly Call[],
): AsyncGenerator<number> {
  for (const child of children) yield await pool.run(task, child);
}

async function total(results: AsyncIterable<number>): Promise<number> {
  let sum = 0;
  for await (const result of results) sum += result;
  return sum;
}

async function rest(pause: Pause): Promise<void> {
  if (pause === 'microtask') await microtasks();
  if (pause === 'turn') await turn();
  if (pause === 'sleep') await sleep(0);
}
