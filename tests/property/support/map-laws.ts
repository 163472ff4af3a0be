import fc from 'fast-check';
import type { GreenMap, GreenPool } from 'greenpool';
import { demandEqual, law } from './law.ts';
import { drive } from './turns.ts';

interface Item {
  readonly work: number;
  readonly fails: boolean;
}

interface MapPlan {
  readonly scheduler: fc.Scheduler;
  readonly size: number;
  readonly readAhead: number | undefined;
  readonly isAsync: boolean;
  readonly items: readonly Item[];
  /** Steps between two `next()`, over and over. */
  readonly pauses: readonly number[];
  /** Other users of the pool: each spawns, and spawns again in the turn in which it is released. */
  readonly neighbours: number;
}

const mapPlans: fc.Arbitrary<MapPlan> = fc.record({
  scheduler: fc.scheduler(),
  size: fc.integer({ min: 1, max: 3 }),
  readAhead: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  isAsync: fc.boolean(),
  items: fc.array(fc.record({ work: fc.nat({ max: 3 }), fails: fc.constantFrom(false, false, true) }), {
    maxLength: 12,
    size: 'max',
  }),
  pauses: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
  neighbours: fc.nat({ max: 3 }),
});

/** Plays a map and counts what is pulled, at work and yielded. */
class MapPlay {
  readonly pool: GreenPool;
  readonly plan: MapPlan;
  readonly window: number;
  readonly violations: string[] = [];
  pulled = 0;
  yielded = 0;
  atWork = 0;
  /** A `next()` is pending, and what it gets may have been taken before it resumes. */
  isAsking = false;

  constructor(pool: GreenPool, plan: MapPlan) {
    this.pool = pool;
    this.plan = plan;
    this.window = plan.readAhead ?? 2 * plan.size;
  }

  async step(label: string): Promise<void> {
    await this.plan.scheduler.schedule(Promise.resolve(), label);
    this.look();
  }

  look(): void {
    const ahead = this.pulled - this.yielded;
    const most = this.window + (this.isAsking ? 1 : 0);
    if (ahead > most) this.violations.push(`${ahead} items read ahead of ${most}`);
    if (this.atWork > this.pool.size)
      this.violations.push(`${this.atWork} at work on ${this.pool.size} slots`);
    if (this.atWork > this.pool.running())
      this.violations.push(`${this.atWork} at work, running() is ${this.pool.running()}`);
  }

  source(): Iterable<number> | AsyncIterable<number> {
    return this.plan.isAsync ? this.#asyncSource() : this.#syncSource();
  }

  readonly task = async (index: number): Promise<number> => {
    this.atWork += 1;
    this.look();
    const { work, fails } = this.plan.items[index] as Item;
    for (let left = work; left > 0; left -= 1) await this.step('work');
    this.atWork -= 1;
    if (fails) throw new Error(String(index));
    return index;
  };

  /** All outcomes, in the order in which they came: the index of each item, failed ones as errors of that name. */
  async consume(map: GreenMap<number>): Promise<string[]> {
    const outcomes: string[] = [];
    const { pauses } = this.plan;
    for (let count = 0; ; count += 1) {
      this.isAsking = true;
      const item = await map.next().then(
        ({ done, value }) => (done === true ? undefined : `${value}`),
        (error) => `error ${error.message}`,
      );
      if (item === undefined) return outcomes;
      this.isAsking = false;
      this.yielded += 1;
      outcomes.push(item);
      this.look();
      for (let left = pauses[count % pauses.length] ?? 0; left > 0; left -= 1) await this.step('pause');
    }
  }

  get expected(): string[] {
    return this.plan.items.map(({ fails }, index) => (fails ? `error ${index}` : `${index}`));
  }

  async neighbour(): Promise<void> {
    for (let count = 3; count > 0; count -= 1) {
      const thread = await this.pool.spawn(async () => {
        this.atWork += 1;
        await this.step('neighbour');
        this.atWork -= 1;
      });
      await thread.wait();
    }
  }

  *#syncSource(): Generator<number> {
    for (const index of this.plan.items.keys()) {
      this.pulled += 1;
      this.look();
      yield index;
    }
  }

  async *#asyncSource(): AsyncGenerator<number> {
    for (const index of this.plan.items.keys()) {
      await this.step('source');
      this.pulled += 1;
      this.look();
      yield index;
    }
  }
}

async function outcomesOf(play: MapPlay, map: GreenMap<number>): Promise<string[]> {
  demandEqual(play.pulled, 0, 'items pulled before the first next()');
  const neighbours = Array.from({ length: play.plan.neighbours }, () => play.neighbour());
  const all = Promise.all([play.consume(map), ...neighbours]);
  all.catch(() => {});
  const [outcomes] = await drive('the map', play.plan.scheduler, all);
  await drive('waitall()', play.plan.scheduler, play.pool.waitall());
  return outcomes;
}

export const imapKeepsOrder = law(
  'imap yields each result once, in input order',
  mapPlans,
  async (subject, plan) => {
    const play = new MapPlay(subject.pool(plan.size), plan);
    const view = plan.readAhead === undefined ? play.pool : play.pool.with({ readAhead: plan.readAhead });
    const outcomes = await outcomesOf(play, view.imap(play.task, play.source()));
    demandEqual(outcomes, play.expected, 'outcomes');
  },
);

export const readAheadIsBounded = law(
  'a map never reads further ahead than its window and never works in more than its slots',
  mapPlans.chain((plan) => fc.boolean().map((isOrdered) => ({ plan, isOrdered }))),
  async (subject, { plan, isOrdered }) => {
    const play = new MapPlay(subject.pool(plan.size), plan);
    const view = plan.readAhead === undefined ? play.pool : play.pool.with({ readAhead: plan.readAhead });
    const method = isOrdered ? 'imap' : 'imapUnordered';
    await outcomesOf(play, view[method](play.task, play.source()));
    demandEqual(play.violations, [], 'violations');
  },
);

export const unorderedGivesAll = law(
  'imapUnordered yields each result once, whatever the order',
  mapPlans,
  async (subject, plan) => {
    const play = new MapPlay(subject.pool(plan.size), plan);
    const outcomes = await outcomesOf(play, play.pool.imapUnordered(play.task, play.source()));
    demandEqual(outcomes.sort(), play.expected.sort(), 'outcomes');
  },
);
