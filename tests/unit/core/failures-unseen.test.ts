import { GreenPool, type GreenThread, sleep } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { type Reports, reports } from '../../support/failures.ts';
import { collectUntil } from '../../support/garbage.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { useWarnings } from '../../support/warnings.ts';

const warnings = useWarnings();
const clock = useManualClock();

const fail = async (message: string): Promise<never> => {
  await Promise.resolve();
  throw new Error(message);
};

/** Spawns tasks that fail with `messages` and keeps no handle. `look` may do something with each. */
async function dropped(
  { onError }: Reports,
  messages: string[],
  look: (thread: GreenThread<never>) => unknown = () => {},
): Promise<void> {
  const pool = new GreenPool(4, { name: 'mail', onError });
  for (const message of messages) {
    const thread = await pool.with({ name: message }).spawn(fail, message);
    await look(thread);
  }
  await pool.waitall();
  await settle();
}

// The collector takes as long as other test files of the process have left things for it.
describe('a spawned failure that nobody looked at', { timeout: 20_000 }, () => {
  test('is reported once when its handle is collected, with the pool, the id and the name', async () => {
    const seen = reports();
    await dropped(seen, ['lost']);

    await collectUntil(() => seen.all.length > 0);
    await collectUntil(() => false);

    const info = { pool: 'mail', id: expect.any(Number), name: 'lost' };
    expect(seen.all).toEqual([{ error: new Error('lost'), info }]);
  });

  test('is not reported while somebody holds the handle', async () => {
    const seen = reports();
    const kept: GreenThread<never>[] = [];
    await dropped(seen, ['kept'], (thread) => kept.push(thread));
    await dropped(seen, ['canary']);

    await collectUntil(() => seen.all.length > 0);

    expect(seen.errors).toEqual([new Error('canary')]);
    expect(await rejection(kept[0]?.wait() ?? Promise.resolve())).toEqual(new Error('kept'));
  });

  test('is not reported when wait() was called, before or after the failure', async () => {
    const seen = reports();
    await dropped(seen, ['before'], (thread) => void thread.wait());
    await dropped(seen, ['after'], (thread) => settle().then(() => rejection(thread.wait())));
    await dropped(seen, ['canary']);

    await collectUntil(() => seen.all.length > 0);
    await collectUntil(() => false);

    expect(seen.errors).toEqual([new Error('canary')]);
  });

  test('is reported though its stack begins at the start of a task that had waited for a slot', async () => {
    const seen = reports();
    const pool = new GreenPool(1, { onError: seen.onError });
    const held = await holdSlot(pool);
    void pool.spawn((): never => {
      throw new Error('thrown at once');
    });
    held.release();
    await pool.waitall();

    await collectUntil(() => seen.all.length > 0);

    expect(seen.errors).toEqual([new Error('thrown at once')]);
  });

  test('is reported though links were called and state was read', async () => {
    const seen = reports();
    await dropped(seen, ['linked'], (thread) => thread.link((ended) => ended.state));

    await collectUntil(() => seen.all.length > 0);

    expect(seen.errors).toEqual([new Error('linked')]);
  });

  test('is reported when the only wait() had given up before', async () => {
    const seen = reports();
    const pool = new GreenPool(1, { onError: seen.onError });
    await (async () => {
      const thread = await pool.spawn(async () => {
        await sleep(20);
        throw new Error('too late');
      });
      void rejection(thread.wait({ timeout: 10 }));
    })();
    await clock.now.advance(20);

    await collectUntil(() => seen.all.length > 0);

    expect(seen.errors).toEqual([new Error('too late')]);
  });

  test('that is a kill is reported to nobody', async () => {
    const seen = reports();
    const pool = new GreenPool(2, { onError: seen.onError });
    await pool.spawn(() => sleep(1000));
    await settle();
    await pool.kill(new Error('on purpose'));
    await dropped(seen, ['canary']);

    await collectUntil(() => seen.all.length > 0);
    await collectUntil(() => false);

    expect(seen.errors).toEqual([new Error('canary')]);
  });

  test('of a pool without onError becomes a process warning', async () => {
    const pool = new GreenPool(1);
    await pool.spawn(fail, 'warned of');
    await pool.waitall();

    await collectUntil(() => warnings.length > 0);

    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('warned of')]);
  });
});
