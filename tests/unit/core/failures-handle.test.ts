import { GreenPool, sleep, spawn, spawnN } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { useWarnings } from '../../support/warnings.ts';
import { watch } from '../../support/watch.ts';

const warnings = useWarnings();
const clock = useManualClock();

const fail = (error: unknown) => async (): Promise<never> => {
  await Promise.resolve();
  throw error;
};

describe('a failure', () => {
  test('is kept in the handle, however late wait() is called, and every wait() sees it', async () => {
    const error = new Error('failed');
    const thread = await new GreenPool(1).spawn(fail(error));
    await settle();

    expect(await rejection(thread.wait())).toBe(error);
    expect(await rejection(thread.wait())).toBe(error);
  });

  test('is no unhandled rejection when wait() was called and dropped', async () => {
    const pool = new GreenPool(1);
    const before = await pool.spawn(fail(new Error('before')));

    void before.wait();
    await settle();
    void before.wait();

    await settle();
    expect(before.state).toBe('failed');
  });

  test('that somebody waits for is reported to nobody', async () => {
    const { errors, onError } = reports();
    const pool = new GreenPool(1, { onError });

    await rejection((await pool.spawn(fail(new Error('seen')))).wait());
    await rejection(pool.run(fail(new Error('seen, too'))));

    expect(errors).toEqual([]);
  });

  test('of run whose caller was killed before it goes to onError, since no handle carries it', async () => {
    const { errors, onError } = reports();
    const gates = new Gates<string>();
    const pool = new GreenPool(1, { onError });
    const error = new Error('nobody sees this');
    const caller = spawn(() => pool.run(gates.task, 'task'));
    await settle();

    await caller.kill('reason');
    gates.fail('task', error);
    await pool.waitall();

    expect(errors).toEqual([error]);
  });
});

describe('a failure of spawnN', () => {
  test('goes to onError at once, with the pool, the id and the name', async () => {
    const { all, onError } = reports();
    const pool = new GreenPool(1, { name: 'mail', onError });
    const error = new Error('failed');

    await pool.with({ name: 'task' }).spawnN(fail(error));
    await pool.waitall();

    expect(all).toEqual([{ error, info: { pool: 'mail', id: expect.any(Number), name: 'task' } }]);
  });

  test('goes there as it is thrown, an undefined included', async () => {
    const { errors, onError } = reports();
    const pool = new GreenPool(1, { onError });

    await pool.spawnN(fail(undefined));
    await pool.waitall();

    expect(errors).toEqual([undefined]);
  });

  test('in a lent slot goes there, too, and does not reject the spawnN', async () => {
    const { errors, onError } = reports();
    const pool = new GreenPool(1, { onError });
    const error = new Error('child');

    const seen = await pool.run(() => pool.spawnN(fail(error)));

    expect([seen, errors]).toEqual([undefined, [error]]);
  });

  test('that is a timeout goes there, but a kill does not', async () => {
    const { errors, onError } = reports();
    const pool = new GreenPool(2, { onError });
    await pool.with({ timeout: 10 }).spawnN(() => sleep(1000));
    await clock.now.advance(10);
    await pool.spawnN(() => sleep(1000));
    await settle();

    await pool.kill();

    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_TIMEOUT' })]);
  });
});

describe('an onError that throws', () => {
  test('cannot break the pool: the slot is back, others go on, waitall resolves', async () => {
    const pool = new GreenPool(1, {
      onError: () => {
        throw new Error('onError itself');
      },
    });
    void pool.spawnN(fail(new Error('task')));
    const next = pool.run(() => 'next');

    expect(await next).toBe('next');
    await pool.waitall();
    await settle();

    expect(pool.free()).toBe(1);
    expect(warnings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([expect.stringContaining('task'), expect.stringContaining('onError itself')]),
    );
  });

  test('in a link does not stop the other links', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1, {
      onError: () => {
        throw new Error('onError itself');
      },
    });
    const held = await holdSlot(pool);
    held.thread.link(() => {
      throw new Error('link');
    });
    held.thread.link(() => log.push('second link'));

    held.release();
    await held.thread.wait();
    await settle();

    expect(log).toEqual(['second link']);
  });
});

describe('the default onError', () => {
  test('is one process warning that names pool, task and error, with the stack', async () => {
    const pool = new GreenPool(1, { name: 'mail' });
    const error = new Error('what went wrong');

    await pool.with({ name: 'upload' }).spawnN(fail(error));
    await pool.waitall();
    await settle();

    expect(warnings).toHaveLength(1);
    for (const part of ['mail', 'upload', 'what went wrong']) expect(warnings[0]?.message).toContain(part);
    const detail = (warnings[0] as Error & { detail?: string }).detail ?? '';
    expect(`${detail}${warnings[0]?.stack ?? ''}`).toContain('failures-handle.test');
  });

  test.each([
    ['a string', 'just text', 'just text'],
    ['undefined', undefined, 'undefined'],
    ['an object without a prototype', Object.create(null), 'object'],
    ['a symbol', Symbol('odd'), 'odd'],
  ])('takes %s for an error', async (_name, error, shown) => {
    await new GreenPool(1).spawnN(fail(error));
    await settle();

    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining(shown)]);
  });

  test('holds for the module function spawnN as well', async () => {
    spawnN(fail(new Error('of no pool')));
    await settle();

    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('of no pool')]);
  });
});

describe('wait() on a failure', () => {
  test('passes the same error to those who wait before and after', async () => {
    const gates = new Gates<string>();
    const thread = await new GreenPool(1).spawn(gates.task, 'task');
    await settle();
    const before = watch(thread.wait());
    const error = new Error('failed');

    gates.fail('task', error);
    await settle();

    expect(before.error).toBe(error);
    expect(await rejection(thread.wait())).toBe(error);
  });
});
