import fc from 'fast-check';
import type { GreenPool } from 'greenpool';
import { demand, law } from './law.ts';
import { drive } from './turns.ts';

/** A producer and what its task leaves behind. */
interface Unit {
  readonly arrival: number;
  readonly work: number;
  readonly fails: boolean;
  /** Who spawns the children: the task while it runs (not waiting for them), a link of it, or whoever waited for it, at once. */
  readonly from: 'task' | 'link' | 'waiter';
  readonly children: readonly Unit[];
}

const steps = fc.nat({ max: 2 });

function units(levels: number): fc.Arbitrary<Unit> {
  return fc.record({
    arrival: steps,
    work: steps,
    fails: fc.boolean(),
    from: fc.constantFrom('task', 'link', 'waiter'),
    children: levels === 0 ? fc.constant([]) : fc.array(units(levels - 1), { maxLength: 2, size: 'max' }),
  });
}

/** Plays units on a pool and knows at every moment how many have been announced and have not ended. */
class Production {
  /** Units whose turn has come: called, queued, running, or to be called in this very turn. */
  live = 0;
  readonly #pool: GreenPool;
  readonly #scheduler: fc.Scheduler;

  constructor(pool: GreenPool, scheduler: fc.Scheduler) {
    this.#pool = pool;
    this.#scheduler = scheduler;
  }

  async step(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) await this.#scheduler.schedule(Promise.resolve(), 'step');
  }

  /** A producer outside the pool. */
  async produce(unit: Unit): Promise<void> {
    await this.step(unit.arrival);
    this.live += 1;
    await this.#call(unit);
  }

  /** `unit` is counted already. */
  async #call(unit: Unit): Promise<void> {
    const isIn = (from: Unit['from']): boolean => unit.from === from && unit.children.length > 0;
    const spawnChildren = (): void => {
      this.live += unit.children.length;
      for (const child of unit.children) this.#call(child).catch(() => {});
    };
    const thread = await this.#pool.spawn(async () => {
      await this.step(unit.work);
      if (isIn('task')) spawnChildren();
      if (!isIn('link') && !isIn('waiter')) this.live -= 1;
      if (unit.fails) throw new Error('failed');
    });
    if (isIn('link')) {
      thread.link(() => {
        spawnChildren();
        this.live -= 1;
      });
    }
    await thread.wait().catch(() => {});
    if (!isIn('waiter')) return;
    spawnChildren();
    this.live -= 1;
  }
}

export const waitallIsExact = law(
  'waitall() resolves, and not before the last task spawned by tasks, links, waiters and queued callers has ended',
  fc.record({
    scheduler: fc.scheduler(),
    size: fc.integer({ min: 1, max: 3 }),
    units: fc.array(units(2), { minLength: 1, maxLength: 4, size: 'max' }),
    waits: fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }),
  }),
  async (subject, { scheduler, size, units, waits }) => {
    const pool = subject.pool(size);
    const production = new Production(pool, scheduler);
    const early: string[] = [];
    const wait = async (moment: number): Promise<void> => {
      await production.step(moment);
      // On a pool that is idle at the call it resolves at once, whoever may be about to spawn.
      const isMeasured = pool.running() + pool.waiting() > 0;
      await pool.waitall();
      if (isMeasured && production.live > 0) early.push(`${production.live} units were left`);
    };
    const producing = units.map((unit) => production.produce(unit));
    const all = Promise.all([...producing, ...waits.map(wait)]);
    all.catch(() => {});
    await drive('the production, or a waitall()', scheduler, all);
    await drive('the last waitall()', scheduler, pool.waitall());
    demand(early.length === 0, () => `waitall() resolved early: ${early}`);
    demand(production.live === 0, () => `${production.live} units were left at the end`);
  },
);
