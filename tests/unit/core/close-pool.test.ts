import { GreenPile, GreenPool, PoolClosedError } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { rejection, thrown } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { watch } from '../../support/watch.ts';

const closed = { code: 'ERR_POOL_CLOSED' };

describe('GreenPool.close', () => {
  test.each<[string, (pool: GreenPool) => Promise<unknown>]>([
    ['spawn', (pool) => pool.spawn(() => 1)],
    ['spawnN', (pool) => pool.spawnN(() => 1)],
    ['run', (pool) => pool.run(() => 1)],
    ['a view', (pool) => pool.with({ priority: 1 }).spawn(() => 1)],
    ['a pile', (pool) => new GreenPile(pool).spawn(() => 1)],
    ['imap', (pool) => pool.imap((n: number) => n, [1]).next()],
  ])('refuses %s from then on', async (_name, call) => {
    const pool = new GreenPool(1, { name: 'mail' });
    await pool.close();

    const error = await rejection(call(pool));

    expect(error).toBeInstanceOf(PoolClosedError);
    expect(error).toMatchObject(closed);
    expect(String(error)).toContain('mail');
  });

  test('makes trySpawn throw', async () => {
    const pool = new GreenPool(1);
    await pool.close();

    expect(thrown(() => pool.trySpawn(() => 1))).toMatchObject(closed);
  });

  test('refuses in the very turn of the call, while tasks run', async () => {
    const pool = new GreenPool(2);
    const held = await holdSlot(pool);

    const closing = watch(pool.close());

    expect(await rejection(pool.spawn(() => 1))).toMatchObject(closed);
    expect(closing.state).toBe('pending');
    held.release();
    await settle();
    expect(closing.state).toBe('done');
  });

  test('lets callers that queue already go on, and waits for them', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const queued = pool.spawn(async () => log.push('queued'));

    const closing = pool.close();
    held.release();
    await closing;

    expect(log).toEqual(['queued']);
    expect((await queued).state).toBe('done');
  });

  test('refuses new calls of members as well', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const thread = await pool.spawn(async () => {
      await gates.task('member');
      return rejection(pool.spawn(() => 1));
    });

    const closing = pool.close();
    gates.open('member');

    expect(await thread.wait()).toMatchObject(closed);
    await closing;
  });

  test('of an idle pool resolves at once, also a second time', async () => {
    const pool = new GreenPool(1);

    await pool.close();
    await pool.close();

    expect(pool.running()).toBe(0);
  });

  test('yields what an open map has admitted, then rejects, then is done', async () => {
    const pool = new GreenPool(1);
    const map = pool.with({ readAhead: 2 }).imap((n: number) => n * 10, [1, 2, 3, 4]);
    expect(await map.next()).toEqual({ value: 10, done: false });
    await settle();

    await pool.close();

    const seen: unknown[] = [];
    for (let n = 0; n < 5; n += 1) {
      seen.push(await map.next().then(({ value, done }) => (done === true ? 'done' : value), rejectionCode));
    }
    expect(seen).toEqual([20, 30, 'ERR_POOL_CLOSED', 'done', 'done']);
  });

  test('is what await using calls', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);

    const closing = watch(pool[Symbol.asyncDispose]());

    expect(await rejection(pool.spawn(() => 1))).toMatchObject(closed);
    expect(closing.state).toBe('pending');
    held.release();
    await settle();
    expect(closing.state).toBe('done');
  });

  test('a refused spawn that nobody awaits is no unhandled rejection', async () => {
    const pool = new GreenPool(1);
    await pool.close();

    void pool.spawn(() => 1);
    void pool.spawnN(() => 1);
    void pool.run(() => 1);
    void new GreenPile(pool).spawn(() => 1);

    await settle();
    expect(pool.running()).toBe(0);
  });

  test('a pile forgets the item that was refused', async () => {
    const pool = new GreenPool(1);
    const pile = new GreenPile(pool);
    await pool.close();

    await rejection(pile.spawn(() => 1));

    expect(pile.length).toBe(0);
    expect(await pile.next()).toEqual({ value: undefined, done: true });
  });

  test('does not refuse resize, which lets queued callers go on', async () => {
    const pool = new GreenPool(0);
    const queued = pool.run(() => 'queued');
    const closing = pool.close();

    pool.resize(1);

    expect(await queued).toBe('queued');
    await closing;
  });
});

describe('GreenPool.close in a member', () => {
  test('rejects with ERR_POOL_DEADLOCK', async () => {
    const pool = new GreenPool(1);

    expect(await rejection(pool.run(() => pool.close()))).toMatchObject({ code: 'ERR_POOL_DEADLOCK' });
  });

  test('rejects in a task of another pool below the member', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);

    const error = await rejection(a.run(() => b.run(() => a.close())));

    expect(error).toMatchObject({ code: 'ERR_POOL_DEADLOCK' });
  });
});

function rejectionCode(error: { code?: string }): string | undefined {
  return error.code;
}
