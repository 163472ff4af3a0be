import { type GreenMap, spawn } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { consumers, handOver, makers, pipelines } from './support/handed-over.ts';
import { greenpool } from './support/subject.ts';

describe('a map on a full pool that is made by one and consumed by another', () => {
  const cases = pipelines.flatMap((pipeline) =>
    makers.flatMap((maker) => consumers.map((consumer) => ({ pipeline, maker, consumer }))),
  );

  test.each(cases)(
    'a $pipeline made by $maker and consumed by $consumer ends',
    async ({ pipeline, maker, consumer }) => {
      for (const size of [1, 2, 3]) await handOver(greenpool, size, pipeline, maker, consumer);
    },
  );
});

describe('a map of a map whose maker is killed', () => {
  test('goes on for whoever consumes it', async () => {
    const pool = greenpool.pool(2);
    const gate = deferred();
    const slow = async (n: number): Promise<number> => {
      await gate.promise;
      return n;
    };
    let made: GreenMap<number> | undefined;
    const maker = spawn(async () => {
      made = pool.imap((n: number) => n * 2, pool.imap(slow, [1, 2, 3]));
      await gate.promise;
    });
    await settle();
    const results = made?.toArray();
    await settle();
    void maker.kill();
    gate.resolve();

    expect(await results).toEqual([2, 4, 6]);
  });
});
