import fc from 'fast-check';
import { type GreenPool, spawn, type WaitOptions } from 'greenpool';
import { ManualClock } from 'greenpool/testing';
import { demandEqual, law } from './law.ts';
import type { Subject } from './subject.ts';
import { drive } from './turns.ts';

const kinds = ['imap', 'imapUnordered', 'map of map', 'pile', 'spawn pile'] as const;
type Kind = (typeof kinds)[number];

/** One `next()`, how it may end before it has a result, and the steps of the task that makes that result. */
interface Ask {
  readonly how: 'wait' | 'signal' | 'timeout' | 'kill';
  readonly after: number;
  readonly work: number;
}

interface ExpiryPlan {
  readonly scheduler: fc.Scheduler;
  readonly size: number;
  readonly kind: Kind;
  /** The consumer is a task of the pool, and lends its slot while it waits. */
  readonly isMember: boolean;
  readonly asks: readonly Ask[];
}

interface Results {
  next(options?: WaitOptions): Promise<IteratorResult<number, undefined>>;
}

const plans: fc.Arbitrary<ExpiryPlan> = fc.record({
  scheduler: fc.scheduler(),
  size: fc.integer({ min: 1, max: 3 }),
  kind: fc.constantFrom(...kinds),
  isMember: fc.boolean(),
  asks: fc.array(
    fc.record<Ask>({
      how: fc.constantFrom('wait', 'signal', 'signal', 'timeout', 'kill'),
      after: fc.nat({ max: 3 }),
      work: fc.nat({ max: 3 }),
    }),
    { minLength: 1, maxLength: 8, size: 'max' },
  ),
});

class ExpiryPlay {
  readonly taken: number[] = [];
  readonly pool: GreenPool;
  readonly #plan: ExpiryPlan;
  readonly #subject: Subject;
  readonly #clock: ManualClock;

  constructor(subject: Subject, plan: ExpiryPlan, clock: ManualClock) {
    this.#subject = subject;
    this.#plan = plan;
    this.#clock = clock;
    this.pool = subject.pool(plan.size, { clock });
  }

  readonly consume = async (): Promise<void> => {
    const results = this.#results();
    for (const ask of this.#plan.asks) await this.#ask(results, ask);
    while (this.#take(await results.next()));
  };

  #results(): Results {
    const { pool } = this;
    const { kind, asks } = this.#plan;
    if (kind === 'imap') return pool.imap(this.#task, asks.keys());
    if (kind === 'imapUnordered') return pool.imapUnordered(this.#task, asks.keys());
    if (kind === 'map of map') return pool.imap((index: number) => index, pool.imap(this.#task, asks.keys()));
    const order = kind === 'pile' ? 'completion' : 'spawn';
    const pile = this.#subject.pile<number>(pool, { order });
    for (const index of asks.keys()) pile.spawn(this.#task, index).catch(() => {});
    return pile;
  }

  readonly #task = async (index: number): Promise<number> => {
    for (let left = this.#plan.asks[index]?.work ?? 0; left > 0; left -= 1) await this.#step();
    return index;
  };

  #step(): Promise<void> {
    return this.#plan.scheduler.schedule(Promise.resolve(), 'step');
  }

  #take(item: IteratorResult<number, undefined>): boolean {
    if (item.done === true) return false;
    this.taken.push(item.value);
    return true;
  }

  /** Asks once, and ends that wait as the plan says. */
  async #ask(results: Results, { how, after }: Ask): Promise<void> {
    const controller = new AbortController();
    const options: WaitOptions = {};
    if (how === 'signal') options.signal = controller.signal;
    if (how === 'timeout') options.timeout = 10;
    const asking = spawn(async () => this.#take(await results.next(options)));
    const outcome = asking.wait().catch(() => false);
    if (how !== 'wait') {
      for (let left = after; left > 0; left -= 1) await this.#step();
      if (how === 'signal') controller.abort(new Error('aborted'));
      if (how === 'timeout') await this.#clock.advance(10);
      // One that has its item already keeps it: the kill is known to the handle, but nothing is blocked.
      if (how === 'kill') await asking.kill();
    }
    await outcome;
  }
}

export const expiredNextLosesNothing = law(
  'a next() that times out, is aborted or is killed loses no result, of a map, a map of a map or a pile',
  plans,
  async (subject, plan) => {
    const clock = new ManualClock();
    const uninstall = clock.install();
    try {
      const play = new ExpiryPlay(subject, plan, clock);
      const consumed = plan.isMember ? play.pool.run(play.consume) : play.consume();
      consumed.catch(() => {});
      await drive('the consumer', plan.scheduler, consumed);
      await drive('waitall()', plan.scheduler, play.pool.waitall());
      const sorted = [...play.taken].sort((a, b) => a - b);
      demandEqual(sorted, [...plan.asks.keys()], 'results taken');
      const isOrdered = plan.kind !== 'imapUnordered' && plan.kind !== 'pile';
      if (isOrdered) demandEqual(play.taken, sorted, 'order of the results taken');
      demandEqual(clock.pending, 0, 'timers that are left');
    } finally {
      uninstall();
    }
  },
);
