import fc from 'fast-check';
import { Event, sleep } from 'greenpool';
import { ManualClock } from 'greenpool/testing';
import { demand, demandEqual, law } from './law.ts';
import { drive, ends, microtasks, turn } from './turns.ts';

export const linksThenWaiters = law(
  'all links of a task run before anybody who waits for it resumes',
  fc.record({
    scheduler: fc.scheduler(),
    size: fc.integer({ min: 1, max: 2 }),
    tasks: fc.array(
      fc.record({
        work: fc.nat({ max: 2 }),
        fails: fc.boolean(),
        order: fc.shuffledSubarray(['link', 'wait', 'link', 'wait']),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
  async (subject, { scheduler, size, tasks }) => {
    const pool = subject.pool(size);
    const all = tasks.map(async ({ work, fails, order }, number) => {
      const log: string[] = [];
      const thread = await pool.spawn(async () => {
        for (let left = work; left >= 0; left -= 1) await scheduler.schedule(Promise.resolve(), 'work');
        if (fails) throw new Error('failed');
      });
      const waits = order.map(async (kind) => {
        if (kind === 'link') thread.link(() => log.push('link'));
        else
          await thread.wait().then(
            () => log.push('wait'),
            () => log.push('wait'),
          );
      });
      await Promise.all([thread.wait().catch(() => {}), ...waits]);
      await turn();
      demandEqual(log, [...order].sort(), `links and waiters of task ${number}`);
    });
    await drive('the tasks', scheduler, Promise.all(all));
  },
);

/** What a task does after each kill. */
interface Victim {
  readonly waits: readonly ('event' | 'sleep' | 'plain')[];
  /** greenpool calls in its `finally`. */
  readonly cleanups: number;
  readonly killAfter: number;
}

export const killIsDeliveredOnce = law(
  'a kill reaches its task exactly once, waiters learn at once, and the slot comes back when the function has ended',
  fc.record({
    scheduler: fc.scheduler(),
    victims: fc.array(
      fc.record<Victim>({
        waits: fc.array(fc.constantFrom('event', 'event', 'sleep', 'plain'), { minLength: 1, maxLength: 4 }),
        cleanups: fc.nat({ max: 2 }),
        killAfter: fc.nat({ max: 5 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  async (subject, { scheduler, victims }) => {
    const pool = subject.pool(victims.length);
    const step = (label: string): Promise<void> => scheduler.schedule(Promise.resolve(), label);
    const play = async ({ waits, cleanups, killAfter }: Victim, number: number): Promise<void> => {
      const reason = new Error(`kill of ${number}`);
      let thrown = 0;
      let hasEnded = false;
      let calls = 0;
      const pass = async (kind: Victim['waits'][number]): Promise<void> => {
        if (kind === 'plain') return step('plain');
        calls += 1;
        if (kind === 'sleep') return sleep(0);
        const event = new Event<void>();
        void step('event').then(() => event.send());
        await event.wait();
      };
      const thread = await pool.spawn(async () => {
        try {
          for (const kind of waits) {
            try {
              await pass(kind);
            } catch (error) {
              demand(error === reason, () => `the task was thrown ${error}`);
              thrown += 1;
            }
          }
        } finally {
          for (let left = cleanups; left > 0; left -= 1) await pass('event').catch(() => (thrown += 1));
          hasEnded = true;
        }
      });
      for (let left = killAfter; left > 0; left -= 1) await step('kill');
      await turn();
      const before = { isOver: hasEnded, calls };
      const killed = thread.kill(reason);
      const state: string = thread.state;
      demandEqual(state, before.isOver ? 'done' : 'killed', 'state in the turn of the kill');
      if (!before.isOver) demand(!hasEnded && pool.running() > 0, () => 'the slot came back with the kill');
      const outcome = thread.wait().then(
        () => 'done',
        (error) => (error === reason ? 'killed' : String(error)),
      );
      demandEqual(await outcome, before.isOver ? 'done' : 'killed', 'outcome');
      await killed;
      demand(hasEnded, () => 'kill() resolved before the function had ended');
      if (before.isOver) demandEqual(thrown, 0, 'kills of an ended task');
      else
        demand(thrown === 1 || (thrown === 0 && calls === before.calls), () => `${thrown} kills were thrown`);
    };
    const all = Promise.all(victims.map(play));
    all.catch(() => {});
    await drive('the kills', scheduler, all);
    demandEqual(pool.running(), 0, 'running() after the kills');
  },
);

/** One call in a burst, and how long its first line holds the processor. */
interface Burst {
  readonly burns: number;
  readonly via: 'spawn' | 'run' | 'spawnN';
  /** Microtasks before the call. */
  readonly arrival: number;
  /** Microtasks before it is aborted, if it is. */
  readonly abortAfter: number | undefined;
}

const plain: Burst = { burns: 0, via: 'spawn', arrival: 0, abortAfter: undefined };
const aborted: Burst = { ...plain, abortAfter: 1 };

export const startsKeepOrder = law(
  'tasks start in order of admission and every spawn() resolves, however long first lines hold the processor',
  fc.record({
    size: fc.constantFrom(1, 3, 100),
    context: fc.boolean(),
    yieldEvery: fc.constantFrom(0, 5, 10),
    burst: fc.array(
      fc.record<Burst>({
        burns: fc.constantFrom(0, 1, 7, 20, 20),
        via: fc.constantFrom('spawn', 'run', 'spawnN'),
        arrival: fc.constantFrom(0, 0, 2, 5, 10, 20),
        abortAfter: fc.option(fc.nat({ max: 20 }), { nil: undefined, freq: 3 }),
      }),
      { minLength: 1, maxLength: 60, size: 'max' },
    ),
    killAllAfter: fc.option(fc.nat({ max: 40 }), { nil: undefined, freq: 3 }),
  }),
  async (subject, { size, context, yieldEvery, burst, killAllAfter }) => {
    const clock = new ManualClock();
    const pool = subject.pool(size, { context, yieldEvery, clock });
    const starts: number[] = [];
    let sinceTurn = 0;
    let longest = 0;
    let isWatching = true;
    const watch = (): void => {
      sinceTurn = 0;
      if (isWatching) setImmediate(watch);
    };
    watch();
    let called = 0;
    const calls = burst.map(async ({ burns, via, arrival, abortAfter }) => {
      if (arrival > 0) await microtasks(arrival);
      const number = called;
      called += 1;
      const controller = new AbortController();
      const task = (): void => {
        starts.push(number);
        longest = Math.max(longest, sinceTurn);
        sinceTurn += burns;
        clock.burn(burns);
      };
      const view = abortAfter === undefined ? pool : pool.with({ signal: controller.signal });
      const calls = {
        spawn: () => view.spawn(task),
        run: () => view.run(task),
        spawnN: () => view.spawnN(task),
      };
      const call: Promise<unknown> = calls[via]();
      if (abortAfter !== undefined) {
        void microtasks(abortAfter).then(() => controller.abort(new Error('aborted')));
      }
      await Promise.resolve(call).catch(() => {});
    });
    if (killAllAfter !== undefined) void microtasks(killAllAfter).then(() => pool.kill().catch(() => {}));
    const all = Promise.all(calls);
    try {
      await ends('the calls', all, () => starts.length);
      await ends('waitall()', pool.waitall(), () => starts.length);
    } finally {
      isWatching = false;
    }
    demandEqual(
      starts,
      [...starts].sort((a, b) => a - b),
      'order of starts',
    );
    // A stride is chosen by what the last one took, so that a few starts may pass before heavy ones are noticed.
    const most = yieldEvery + 16 * 20;
    demand(
      longest <= most,
      () => `starts held the event loop for ${longest} ms, yieldEvery is ${yieldEvery}`,
    );
  },
  [
    // One was on its way to its first line when the turn ended; a later one, admitted in the meantime, was held before it.
    {
      size: 3,
      context: true,
      yieldEvery: 0,
      burst: [plain, aborted, plain, plain, plain],
      killAllAfter: undefined,
    },
    // A `run` took fewer steps to its first line than the `spawn` before it.
    {
      size: 3,
      context: true,
      yieldEvery: 0,
      burst: [plain, { ...plain, via: 'run' }],
      killAllAfter: undefined,
    },
  ],
);
