import fc from 'fast-check';
import { sleep } from 'greenpool';
import { ManualClock } from 'greenpool/testing';
import { demandEqual, law } from './law.ts';
import { turn } from './turns.ts';

/** Times are even for works and odd for limits, so that no two fall on one moment. */
interface Timed {
  readonly work: number;
  readonly timeout: number | undefined;
  readonly isStubborn: boolean;
}

interface Times {
  start: number;
  /** When waiters learn the outcome. */
  told: number;
  state: string;
}

const even = (max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: max / 2 }).map((half) => half * 2);

/** When each task starts and when it is told how it ended, by arithmetic: each takes the slot that is free first. */
function schedule(size: number, tasks: readonly Timed[]): Times[] {
  const slots = new Array<number>(size).fill(0);
  return tasks.map(({ work, timeout = Number.POSITIVE_INFINITY, isStubborn }) => {
    const start = Math.min(...slots);
    const isLate = timeout < work;
    const told = start + Math.min(work, timeout);
    slots[slots.indexOf(start)] = isStubborn ? start + work : told;
    return { start, told, state: isLate ? 'ERR_TIMEOUT' : 'done' };
  });
}

export const timeoutsRunFromTheStart = law(
  'with({ timeout }) counts from the start of the task, tells waiters at that moment and keeps the slot until the end',
  fc.record({
    size: fc.integer({ min: 1, max: 3 }),
    tasks: fc.array(
      fc.record<Timed>({
        work: even(20),
        timeout: fc.option(
          even(20).map((n) => n - 1),
          { nil: undefined },
        ),
        isStubborn: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8, size: 'max' },
    ),
  }),
  async (subject, { size, tasks }) => {
    const clock = new ManualClock();
    const uninstall = clock.install();
    try {
      const pool = subject.pool(size, { clock });
      const times: Times[] = tasks.map(() => ({ start: -1, told: -1, state: 'none' }));
      const plain = (ms: number): Promise<void> =>
        new Promise((resolve) => {
          clock.setTimer(resolve, ms);
        });
      const all = tasks.map(async ({ work, timeout, isStubborn }, index) => {
        const time = times[index] as Times;
        const view = timeout === undefined ? pool : pool.with({ timeout });
        const thread = await view.spawn(async () => {
          time.start = clock.now();
          await (isStubborn ? plain(work) : sleep(work));
        });
        time.state = await thread.wait().then(
          () => 'done',
          (error) => error.code,
        );
        time.told = clock.now();
      });
      for (let passed = 0; passed <= 200; passed += 1) await clock.advance(1);
      await turn();
      demandEqual(times, schedule(size, tasks), 'times');
      await Promise.all(all);
      demandEqual([pool.running(), pool.waiting(), clock.pending], [0, 0, 0], 'running, waiting and timers');
    } finally {
      uninstall();
    }
  },
);
