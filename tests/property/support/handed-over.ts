import type { GreenMap, GreenPool } from 'greenpool';
import { demandEqual } from './law.ts';
import type { Subject } from './subject.ts';
import { ends } from './turns.ts';

/** Maps whose source needs slots of the same pool. */
export const pipelines = ['calling task', 'map of map', 'calling source', 'map of pile'] as const;
/** Who calls `imap`. */
export const makers = ['outside', 'a member', 'a member that has ended'] as const;
/** Who calls `next()`. */
export const consumers = ['outside', 'a member', 'two members'] as const;

export type Pipeline = (typeof pipelines)[number];

const items = [1, 2, 3, 4];
const double = (n: number): number => n * 2;
const identity = (n: number): number => n;

function make(subject: Subject, pool: GreenPool, pipeline: Pipeline): GreenMap<number> {
  switch (pipeline) {
    case 'calling task':
      return pool.imap((n: number) => pool.run(double, n), items);
    case 'map of map':
      return pool.imap(identity, pool.imap(double, items));
    case 'calling source':
      return pool.imap(
        identity,
        (async function* () {
          for (const n of items) yield await pool.run(double, n);
        })(),
      );
    case 'map of pile': {
      const pile = subject.pile<number>(pool, { order: 'spawn' });
      for (const n of items) pile.spawn(double, n).catch(() => {});
      return pool.imap(identity, pile);
    }
  }
}

async function consume(pool: GreenPool, map: GreenMap<number>, consumer: (typeof consumers)[number]) {
  if (consumer === 'outside') return map.toArray();
  if (consumer === 'a member') return pool.run(() => map.toArray());
  const halves = await Promise.all([0, 1].map(() => pool.run(() => map.toArray())));
  return halves.flat().sort((a, b) => a - b);
}

/** Has a map made by one and consumed by another, on a pool of `size`, and demands all its results. */
export async function handOver(
  subject: Subject,
  size: number,
  pipeline: Pipeline,
  maker: (typeof makers)[number],
  consumer: (typeof consumers)[number],
): Promise<void> {
  const pool = subject.pool(size);
  const inside = async (): Promise<number[]> => {
    const map = make(subject, pool, pipeline);
    return consume(pool, map, consumer);
  };
  let results: Promise<number[]>;
  if (maker === 'outside') results = inside();
  else if (maker === 'a member') results = pool.run(inside);
  else
    results = pool
      .run(() => [make(subject, pool, pipeline)] as const)
      .then(([map]) => consume(pool, map, consumer));
  results.catch(() => {});
  demandEqual(await ends('the map', results), items.map(double), 'results');
  await ends('waitall()', pool.waitall());
}
