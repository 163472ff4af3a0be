import fc from 'fast-check';
import type { PerKeyOptions } from 'greenpool';
import { ManualClock } from 'greenpool/testing';
import { demand, demandEqual, type Law, law } from './law.ts';
import type { Subject } from './subject.ts';
import { turn } from './turns.ts';

interface Rate {
  readonly limit: number;
  readonly interval: number;
  readonly burst: number;
}

/** One task, and when things happen to it, in ms. */
interface Limited {
  readonly at: number;
  readonly key: string | undefined;
  readonly weight: number;
  readonly priority: number;
  readonly work: number;
  /** When its caller gives up, if it still waits. */
  readonly gone: number | undefined;
}

interface Plan {
  readonly size: number;
  readonly rate: Rate | undefined;
  readonly perKey: { readonly limit: number; readonly rate: Rate | undefined };
  readonly tasks: readonly Limited[];
  /** The pool is paused in these times. */
  readonly pause: { readonly from: number; readonly to: number };
}

interface Seen extends Limited {
  state: 'early' | 'waiting' | 'running' | 'over' | 'gone';
  startedAt: number;
}

const LONG = 4000;

/** Rates counted with no wit at all: from the list of all starts. Ten microseconds late, for fractions that are rounded up. */
function mayStart({ limit, interval, burst }: Rate, starts: readonly number[], time: number): boolean {
  const now = time - 0.01;
  const step = interval / limit;
  let due = Number.NEGATIVE_INFINITY;
  for (const start of starts) due = Math.max(due, start) + step;
  const inWindow = starts.filter((start) => start > now - interval).length;
  return now >= due - (burst - 1) * step && inWindow < limit;
}

function startsOf(tasks: readonly Seen[], key?: string): number[] {
  const started = tasks.filter((task) => task.startedAt >= 0 && (key === undefined || task.key === key));
  return started.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
}

/** What may never be, whatever the order. */
function checkBounds({ size, rate, perKey }: Plan, tasks: readonly Seen[]): void {
  const running = tasks.filter(({ state }) => state === 'running');
  const weight = running.reduce((sum, task) => sum + task.weight, 0);
  demand(weight <= size, () => `${weight} slots are taken, of ${size}`);
  for (const key of new Set(running.map((task) => task.key))) {
    const count = running.filter((task) => task.key === key).length;
    demand(
      key === undefined || count <= perKey.limit,
      () => `${count} of key ${key} run, of ${perKey.limit}`,
    );
  }
  if (rate !== undefined) checkWindows(rate, startsOf(tasks), 'the pool');
  if (perKey.rate === undefined) return;
  for (const key of ['a', 'b', 'c']) checkWindows(perKey.rate, startsOf(tasks, key), `key ${key}`);
}

function checkWindows({ limit, interval, burst }: Rate, starts: readonly number[], who: string): void {
  const last = starts[starts.length - 1] ?? 0;
  const inWindow = starts.filter((start) => start > last - interval + 0.001).length;
  demand(inWindow <= limit, () => `${inWindow} starts of ${who} within ${interval} ms, of ${limit}`);
  const atOnce = starts.filter((start) => start === last).length;
  demand(atOnce <= burst, () => `${atOnce} starts of ${who} at once, of ${burst}`);
}

/** Whoever could start must not stand still. A heavy task keeps its place, so nothing is said while one waits. */
function checkProgress(plan: Plan, tasks: readonly Seen[], now: number): void {
  const waiting = tasks.filter(({ state }) => state === 'waiting');
  const running = tasks.filter(({ state }) => state === 'running');
  const { rate, perKey } = plan;
  const free = plan.size - running.reduce((sum, task) => sum + task.weight, 0);
  const isHeavy = waiting.some(({ weight }) => weight > 1) && running.length > 0;
  if (free <= 0 || isHeavy || (now >= plan.pause.from && now < plan.pause.to)) return;
  if (rate !== undefined && !mayStart(rate, startsOf(tasks), now)) return;
  for (const { key } of waiting) {
    const isFull = key !== undefined && running.filter((task) => task.key === key).length >= perKey.limit;
    const isHeld =
      key !== undefined && perKey.rate !== undefined && !mayStart(perKey.rate, startsOf(tasks, key), now);
    demand(isFull || isHeld, () => `a task of key ${key} stands still at ${now} with ${free} slots free`);
  }
}

const rates: fc.Arbitrary<Rate | undefined> = fc.option(
  fc
    .record({
      limit: fc.integer({ min: 1, max: 4 }),
      interval: fc.integer({ min: 1, max: 60 }),
      burst: fc.nat(3),
    })
    .map((rate) => ({ ...rate, burst: Math.min(rate.limit, rate.burst + 1) })),
  { nil: undefined },
);

const plans: fc.Arbitrary<Plan> = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  rate: rates,
  perKey: fc.record({ limit: fc.integer({ min: 1, max: 3 }), rate: rates }),
  pause: fc.record({ from: fc.nat(40), to: fc.nat(80) }),
  tasks: fc.array(
    fc.record<Limited>({
      at: fc.nat(40),
      key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      weight: fc.oneof(
        { weight: 4, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.constantFrom(2, 3) },
      ),
      priority: fc.constantFrom(0, 0, 0, 1, -1),
      work: fc.nat(12),
      gone: fc.option(fc.nat(90), { nil: undefined, freq: 4 }),
    }),
    { minLength: 1, maxLength: 14, size: 'max' },
  ),
});

async function checkLimits(subject: Subject, plan: Plan): Promise<void> {
  const clock = new ManualClock();
  const { rate, perKey, pause } = plan;
  const perKeyOptions: PerKeyOptions = { limit: perKey.limit, rate: perKey.rate };
  const pool = subject.pool(plan.size, { clock, rate, perKey: perKeyOptions });
  const tasks: Seen[] = plan.tasks.map((task) => ({
    ...task,
    weight: Math.min(task.weight, plan.size),
    state: 'early',
    startedAt: -1,
  }));
  const begin = (task: Seen): void => {
    const { key, weight, priority, work, gone } = task;
    const controller = new AbortController();
    task.state = 'waiting';
    const view = pool.with({ key, weight, priority, signal: controller.signal });
    const ran = view.run(async () => {
      task.state = 'running';
      task.startedAt = clock.now();
      checkBounds(plan, tasks);
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, work);
      });
      task.state = 'over';
    });
    ran.catch((error) => {
      failure ??= error === 'gone' ? undefined : error;
    });
    if (gone === undefined) return;
    clock.setTimer(() => {
      if (task.state !== 'waiting') return;
      task.state = 'gone';
      controller.abort('gone');
    }, gone);
  };
  let failure: unknown;
  const isOver = (): boolean => tasks.every(({ state }) => state === 'over' || state === 'gone');
  for (let now = 0; now < LONG && !(isOver() && now > pause.to); now += 1) {
    if (now === pause.from && pause.to > pause.from) pool.pause();
    if (now === pause.to) pool.resume();
    for (const task of tasks) if (task.at === now) begin(task);
    await turn();
    if (failure !== undefined) throw failure;
    checkProgress(plan, tasks, now);
    await clock.advance(1);
  }
  demand(isOver(), () => `never ended: ${JSON.stringify(tasks.filter(({ state }) => state !== 'over'))}`);
  // What was to come after the end.
  await clock.advance(100);
  demandEqual([pool.running(), pool.waiting(), clock.pending], [0, 0, 0], 'running, waiting and timers');
}

export const limitsHold: Law = law(
  'rate, keys, weights and pauses are kept to, nobody who could start stands still, and nothing is lost when callers leave',
  plans,
  checkLimits,
);

/** A task that calls others on its own pool, and waits for them. */
interface Node {
  readonly key: string | undefined;
  readonly weight: number;
  readonly work: number;
  readonly children: readonly Node[];
}

const nodes = fc.letrec<{ node: Node; leaf: Node }>((tie) => {
  const own = {
    key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    weight: fc.constantFrom(1, 1, 1, 2, 3),
    work: fc.nat(5),
  };
  return {
    leaf: fc.record({ ...own, children: fc.constant([]) }),
    node: fc.record({
      ...own,
      children: fc.array(fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('node')), { maxLength: 3 }),
    }),
  };
});

export const nestedLimitsEnd: Law = law(
  'tasks with keys, weights and rates that wait for tasks of their own pool all end, and keep to the limits of keys',
  fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    rate: rates,
    limit: fc.integer({ min: 1, max: 2 }),
    roots: fc.array(nodes.node, { minLength: 1, maxLength: 5 }),
  }),
  async (subject, { size, rate, limit, roots }) => {
    const clock = new ManualClock();
    const pool = subject.pool(size, { clock, rate, perKey: { limit } });
    const running = new Map<string, number>();
    let started = 0;
    const count = (key: string, by: number): void => {
      const now = (running.get(key) ?? 0) + by;
      running.set(key, now);
      demand(now <= limit, () => `${now} of key ${key} run, of ${limit}`);
    };
    /** Below a task with a key, keys do not count. */
    const call = async (node: Node, isBelowKey: boolean): Promise<number> => {
      const { key, work, children } = node;
      const isCounted = key !== undefined && !isBelowKey;
      const view = pool.with({ key, weight: Math.min(node.weight, size) });
      return view.run(async () => {
        started += 1;
        if (isCounted) count(key, 1);
        await new Promise<void>((resolve) => {
          clock.setTimer(resolve, work);
        });
        const results = await Promise.all(
          children.map((child) => call(child, isBelowKey || key !== undefined)),
        );
        if (isCounted) count(key, -1);
        return results.reduce((sum, result) => sum + result, 1);
      });
    };
    let outcome: number | undefined;
    let failure: unknown;
    Promise.all(roots.map((root) => call(root, false))).then(
      (all) => {
        outcome = all.reduce((sum, result) => sum + result, 0);
      },
      (error) => {
        failure = error;
      },
    );
    for (let now = 0; now < 3 * LONG && outcome === undefined && failure === undefined; now += 20) {
      await clock.advance(20);
    }
    if (failure !== undefined) throw failure;
    demand(outcome === started, () => `never ended: ${started} started, ${outcome} came back`);
    await clock.advance(100);
    demandEqual([pool.running(), pool.waiting(), clock.pending], [0, 0, 0], 'running, waiting and timers');
  },
  [
    // A heavy task below others that wait in slots of their own.
    {
      size: 2,
      rate: undefined,
      limit: 1,
      roots: [node([node([node([node([{ ...node([]), weight: 2 }])])])]), node([])],
    },
    // The last one to wait sets a heavy task free that was held long before.
    {
      size: 2,
      rate: { limit: 1, interval: 1, burst: 1 },
      limit: 1,
      roots: [
        { ...node([node([]), { ...node([]), weight: 3 }]), key: 'b' },
        node([{ ...node([{ ...node([]), key: 'b' }]), work: 1 }]),
      ],
    },
  ],
);

function node(children: readonly Node[]): Node {
  return { key: undefined, weight: 1, work: 0, children };
}

interface Flaky {
  readonly fails: number;
  readonly work: number;
}

export const retriesAddUp: Law = law(
  'with({ retry }) tries as often as it may, after delays without a slot, and tells the last outcome',
  fc.record({
    size: fc.integer({ min: 1, max: 3 }),
    attempts: fc.integer({ min: 1, max: 4 }),
    base: fc.integer({ min: 1, max: 30 }),
    tasks: fc.array(fc.record<Flaky>({ fails: fc.nat(5), work: fc.nat(5) }), { minLength: 1, maxLength: 6 }),
  }),
  async (subject, { size, attempts, base, tasks }) => {
    const clock = new ManualClock();
    const pool = subject.pool(size, { clock });
    const view = pool.with({ retry: { attempts, base, jitter: 'none' } });
    let running = 0;
    const tries = tasks.map(() => [] as { start: number; end: number }[]);
    const task = async ({ fails, work }: Flaky, index: number): Promise<string> => {
      running += 1;
      demand(running <= size, () => `${running} run at a time, of ${size}`);
      const attempt = { start: clock.now(), end: 0 };
      tries[index]?.push(attempt);
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, work);
      });
      running -= 1;
      attempt.end = clock.now();
      if ((tries[index]?.length ?? 0) <= fails) throw new Error('flaky');
      return 'done';
    };
    const outcomes = Promise.allSettled(tasks.map((flaky, index) => view.run(task, flaky, index)));
    let states: string[] | undefined;
    void outcomes.then((all) => {
      states = all.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message,
      );
    });
    for (let now = 0; now < LONG && states === undefined; now += 10) await clock.advance(10);
    demandEqual(
      tries.map((all) => all.length),
      tasks.map(({ fails }) => Math.min(fails + 1, attempts)),
      'attempts',
    );
    const expected = tasks.map(({ fails }) => (fails < attempts ? 'done' : 'flaky'));
    demandEqual(states, expected, 'outcomes');
    for (const all of tries) {
      for (const [index, { start }] of all.entries()) {
        const before = all[index - 1];
        const delay = base * 2 ** (index - 1);
        const waited = start - (before?.end ?? start);
        demand(
          before === undefined || waited >= delay,
          () => `waited ${waited} ms before a retry, not ${delay}`,
        );
      }
    }
    demandEqual([pool.running(), pool.waiting(), clock.pending], [0, 0, 0], 'running, waiting and timers');
  },
);
