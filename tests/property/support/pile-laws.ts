import fc from 'fast-check';
import type { GreenPile } from 'greenpool';
import { demand, demandEqual, law } from './law.ts';
import { drive, turn } from './turns.ts';

interface PileTask {
  readonly pile: number;
  readonly arrival: number;
  readonly work: number;
  readonly fails: boolean;
}

const steps = fc.nat({ max: 3 });

export const pileGivesEachOnce = law(
  'piles that share a pool each give each of their own results once, to any number of consumers',
  fc.record({
    scheduler: fc.scheduler(),
    size: fc.integer({ min: 1, max: 3 }),
    order: fc.constantFrom('completion' as const, 'spawn' as const),
    consumers: fc.integer({ min: 1, max: 3 }),
    tasks: fc.array(
      fc.record<PileTask>({ pile: fc.nat({ max: 1 }), arrival: steps, work: steps, fails: fc.boolean() }),
      { minLength: 1, maxLength: 10, size: 'max' },
    ),
  }),
  async (subject, { scheduler, size, order, consumers, tasks }) => {
    const pool = subject.pool(size);
    const piles = [0, 1].map(() => subject.pile<number>(pool, { order }));
    const taken: number[][] = [[], []];
    const finished: number[][] = [[], []];
    const spawned: number[][] = [[], []];
    const step = (label: string): Promise<void> => scheduler.schedule(Promise.resolve(), label);
    let left = tasks.length;

    const produce = async ({ pile, arrival, work, fails }: PileTask, index: number): Promise<void> => {
      for (let count = arrival; count > 0; count -= 1) await step('arrive');
      spawned[pile]?.push(index);
      const thread = await (piles[pile] as GreenPile<number>).spawn(async () => {
        for (let count = work; count > 0; count -= 1) await step('work');
        finished[pile]?.push(index);
        if (fails) throw index;
        return index;
      });
      await thread.wait().catch(() => {});
    };
    const consume = async (number: number): Promise<void> => {
      const pile = piles[number] as GreenPile<number>;
      while (left > 0) {
        const item = await pile.next().catch((index: number) => ({ done: false, value: index }));
        // Not a step of the scheduler, which may choose this one for ever.
        if (item.done === true) await turn();
        else {
          left -= 1;
          taken[number]?.push(item.value as number);
        }
      }
    };

    const consuming = Array.from({ length: consumers }, () => [consume(0), consume(1)]).flat();
    const all = Promise.all([...tasks.map(produce), ...consuming]);
    all.catch(() => {});
    await drive('the piles', scheduler, all);
    for (const number of [0, 1]) {
      const expected = order === 'spawn' ? spawned[number] : finished[number];
      // Several consumers resume in an order of their own.
      const isOne = consumers === 1;
      const [is, should] = [taken[number] as number[], expected as number[]];
      demandEqual(isOne ? is : is.sort(), isOne ? should : [...should].sort(), `results of pile ${number}`);
      demand(piles[number]?.length === 0, () => `pile ${number} still has ${piles[number]?.length}`);
    }
    await drive('waitall()', scheduler, pool.waitall());
  },
);
