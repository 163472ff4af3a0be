import { GreenPool, type GreenThread, getcurrent } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';
import { type Seen, watch } from '../../support/watch.ts';

const clock = useManualClock();

const calls = {
  spawn: (pool: GreenPool, gates: Gates<string>): Promise<unknown> => pool.spawn(gates.task, 'child'),
  spawnN: (pool: GreenPool, gates: Gates<string>): Promise<unknown> => pool.spawnN(gates.task, 'child'),
  run: (pool: GreenPool, gates: Gates<string>): Promise<unknown> => pool.run(gates.task, 'child'),
};

/** A member of a pool of size 1 that waits for its child. */
async function family(call: keyof typeof calls, timeout?: number) {
  const gates = new Gates<string>();
  const pool = new GreenPool(1);
  const seen: { threw: unknown } = { threw: 'nothing' };
  const parent = await pool.with({ timeout }).spawn(async () => {
    seen.threw = await rejection(calls[call](pool, gates));
  });
  await settle();
  expect(gates.started).toEqual(['child']);
  return { pool, gates, parent, seen };
}

describe('a kill of a member whose child runs in its slot', () => {
  test.each(['spawn', 'spawnN', 'run'] as const)(
    'makes its %s throw the reason, and the child keeps the slot',
    async (call) => {
      const { pool, gates, parent, seen } = await family(call);

      await parent.kill('reason');

      expect([parent.state, seen.threw]).toEqual(['killed', 'reason']);
      expect([gates.running, pool.running(), pool.free()]).toEqual([1, 1, 0]);
      gates.open('child');
      await settle();
      expect(pool.running()).toBe(0);
    },
  );

  test('keeps newcomers out until the child has ended', async () => {
    const { pool, gates, parent } = await family('spawn');
    await parent.kill('reason');
    const newcomer = watch(pool.run(() => 'newcomer'));
    await settle();
    expect([newcomer.state, pool.waiting()]).toEqual(['pending', 1]);

    gates.open('child');

    await settle();
    expect(newcomer.value).toBe('newcomer');
  });

  test('does not kill the child', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const children: GreenThread<string>[] = [];
    const parent = await pool.spawn(async () => {
      await pool.spawn(async () => {
        const child = await pool.spawn(gates.task, 'grandchild');
        children.push(child);
      });
    });
    await settle();

    await parent.kill('reason');
    gates.open('grandchild');
    await pool.waitall();

    expect(children.map(({ state }) => state)).toEqual(['done']);
  });

  test('by a timeout leaves the child alone as well', async () => {
    const { pool, gates, parent, seen } = await family('spawn', 10);

    await clock.now.advance(10);

    expect(parent.state).toBe('killed');
    expect(seen.threw).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect([gates.running, pool.running()]).toEqual([1, 1]);
    gates.open('child');
    await pool.waitall();
    await rejection(parent.wait());
  });
});

describe('children that wait for the slot', () => {
  /** A member with one child in its slot and one, bound to `signal`, behind it. */
  async function line(signal?: AbortSignal) {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    let second: Seen<GreenThread<string>> | undefined;
    const parent = watch(
      pool.run(async () => {
        const first = pool.spawn(gates.task, 'first');
        second = watch(pool.with({ signal }).spawn(gates.task, 'second'));
        await first;
      }),
    );
    await settle();
    return { pool, gates, parent, second: () => second };
  }

  test('are withdrawn by their signal', async () => {
    const abort = new AbortController();
    const { pool, gates, parent, second } = await line(abort.signal);

    abort.abort('gone');
    gates.open('first');
    await settle();

    expect(second()?.error).toBe('gone');
    expect(gates.started).toEqual(['first']);
    expect([parent.state, pool.running()]).toEqual(['done', 0]);
  });

  test('are killed by pool.kill() and never run', async () => {
    const { pool, gates, parent, second } = await line();

    const killing = watch(pool.kill('all'));
    await settle();
    expect([parent.error, second()?.error]).toEqual(['all', 'all']);
    expect(killing.state).toBe('pending');

    gates.open('first', 'second');
    await settle();
    expect(killing.state).toBe('done');
    expect(gates.started).toEqual(['first']);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });
});

describe('a child that runs in a lent slot', () => {
  test('is killed by pool.kill(), which waits for its end', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    let child: GreenThread<unknown> | undefined;
    const parent = watch(
      pool.run(() =>
        pool.spawn(() => {
          child = getcurrent();
          return gates.task('child');
        }),
      ),
    );
    await settle();

    const killing = watch(pool.kill('all'));
    await settle();
    expect([child?.state, parent.error, killing.state]).toEqual(['killed', 'all', 'pending']);

    gates.open('child');
    await settle();
    expect([killing.state, pool.running()]).toEqual(['done', 0]);
  });

  test('is killed by its signal', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const error = pool.run(() => rejection(pool.with({ signal: abort.signal }).run(gates.task, 'child')));
    await settle();

    abort.abort('stop');
    gates.open('child');

    expect(await error).toBe('stop');
  });

  test('is killed by its own timeout, and the member goes on', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const error = watch(pool.run(() => rejection(pool.with({ timeout: 5 }).run(gates.task, 'child'))));

    await clock.now.advance(5);
    gates.open('child');
    await settle();

    expect(error.value).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(pool.running()).toBe(0);
  });
});
