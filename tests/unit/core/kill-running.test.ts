import { GreenletExit, GreenPool, type GreenThread, getcurrent, Queue, sleep, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

describe('GreenThread.kill while the function runs', () => {
  test('state and waiters know at once', async () => {
    const held = await holdSlot(new GreenPool(1));
    const waited = watch(held.thread.wait());
    const reason = new Error('stop');

    void held.thread.kill(reason);

    expect(held.thread.state).toBe('killed');
    await settle();
    expect(waited.error).toBe(reason);
    expect(await rejection(held.thread.wait())).toBe(reason);
    held.release();
  });

  test('the slot comes back only when the function has ended, and the links then', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const log: string[] = [];
    held.thread.link((ended) => log.push(`link: ${ended.state}, running ${pool.running()}`));
    const next = watch(pool.run(() => 'next'));

    void held.thread.kill();
    await settle();
    expect([pool.running(), pool.waiting(), next.state, log]).toEqual([1, 1, 'pending', []]);

    held.release();
    await settle();
    expect(log).toEqual(['link: killed, running 0']);
    expect(next.value).toBe('next');
  });

  test('resolves when the function has ended, after slot and links', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const log: string[] = [];
    held.thread.link(() => log.push('link'));
    const killed = watch(held.thread.kill().then(() => log.push(`killed, running ${pool.running()}`)));
    await settle();
    expect(killed.state).toBe('pending');

    held.release();
    await settle();

    expect(log).toEqual(['link', 'killed, running 0']);
  });

  test('has GreenletExit with ERR_KILLED for its default reason', async () => {
    const held = await holdSlot(new GreenPool(1));

    void held.thread.kill();
    held.release();

    const error = await rejection(held.thread.wait());
    expect(error).toBeInstanceOf(GreenletExit);
    expect(error).toMatchObject({ code: 'ERR_KILLED', name: 'GreenletExit' });
  });

  test.each([
    ['undefined, given as such', undefined, GreenletExit],
    ['null', null, null],
    ['0', 0, 0],
  ])('takes a reason like %s', async (_name, reason, expected) => {
    const held = await holdSlot(new GreenPool(1));

    void held.thread.kill(reason);
    held.release();

    const error = await rejection(held.thread.wait());
    if (expected === GreenletExit) expect(error).toBeInstanceOf(GreenletExit);
    else expect(error).toBe(expected);
  });

  test('a second kill changes nothing, and resolves at the end as well', async () => {
    const held = await holdSlot(new GreenPool(1));
    void held.thread.kill('first');
    const second = watch(held.thread.kill('second'));

    await settle();
    expect([second.state, held.thread.signal.reason]).toEqual(['pending', 'first']);

    held.release();
    await settle();
    expect(second.state).toBe('done');
    expect(await rejection(held.thread.wait())).toBe('first');
  });

  test('after the end does nothing', async () => {
    const thread = spawn(() => 'result');
    await thread.wait();

    await thread.kill();

    expect([thread.state, await thread.wait()]).toEqual(['done', 'result']);
  });

  test('the result of a function that ends after its kill is dropped', async () => {
    const { errors, onError } = reports();
    const gates = new Gates<string>();
    const thread = await new GreenPool(1, { onError }).spawn(gates.task, 'result');
    await settle();
    const killed = thread.kill('reason');

    gates.open('result');
    await killed;

    expect([thread.state, await rejection(thread.wait()), errors]).toEqual(['killed', 'reason', []]);
  });

  test('a different error thrown after the kill goes to onError', async () => {
    const { all, onError } = reports();
    const gates = new Gates<string>();
    const pool = new GreenPool(1, { onError, name: 'mail' });
    const thread = await pool.with({ name: 'task' }).spawn(gates.task, 'item');
    await settle();
    const killed = thread.kill('reason');
    const error = new Error('while cleaning up');

    gates.fail('item', error);
    await killed;

    expect(all).toEqual([{ error, info: { pool: 'mail', id: thread.id, name: 'task' } }]);
    expect(await rejection(thread.wait())).toBe('reason');
  });

  test('the reason itself, thrown by the killed function, is reported to nobody', async () => {
    const { errors, onError } = reports();
    const thread = await new GreenPool(1, { onError }).spawn(() => sleep(1000));
    await settle();

    await thread.kill(new Error('reason'));

    expect(errors).toEqual([]);
  });

  test('does not kill the children of the task', async () => {
    const pool = new GreenPool(3);
    const gates = new Gates<string>();
    let child: GreenThread<string> | undefined;
    const parent = await pool.spawn(async () => {
      child = await pool.spawn(gates.task, 'child');
      await sleep(1000);
    });
    await settle();

    await parent.kill();

    expect(child?.state).toBe('running');
    gates.open('child');
    expect(await child?.wait()).toBe('child');
  });

  test('works on a task that runs in a queue of others without disturbing them', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<number>();
    const threads = await Promise.all([1, 2].map((n) => pool.spawn(gates.task, n)));
    const third = pool.run(gates.task, 3);
    await settle();

    void threads[0]?.kill('reason');
    gates.open(1, 2, 3);

    expect(await third).toBe(3);
    expect(await threads[1]?.wait()).toBe(2);
    expect(gates.peak).toBe(2);
  });
});

describe('GreenThread.kill of oneself', () => {
  test('throws the reason at the await, once', async () => {
    const log: unknown[] = [];
    const thread = spawn(async () => {
      log.push(await rejection(getcurrent()?.kill('enough') ?? Promise.resolve()));
      await sleep(0);
      log.push('cleaned up');
      throw 'enough';
    });

    const error = await rejection(thread.wait());
    await settle();

    expect([error, thread.state, log]).toEqual(['enough', 'killed', ['enough', 'cleaned up']]);
  });

  test('ends a task that does not catch it', async () => {
    const pool = new GreenPool(1);
    const log: string[] = [];

    const thread = await pool.spawn(async () => {
      await getcurrent()?.kill('enough');
      log.push('went on');
    });
    await settle();

    expect([thread.state, pool.running(), log]).toEqual(['killed', 0, []]);
  });
});

describe('the slot of a killed task', () => {
  test('never lets more than size functions run, whatever is killed', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<number>();
    const threads: GreenThread<number>[] = [];
    const spawning = (async () => {
      for (let n = 0; n < 6; n += 1) threads.push(await pool.spawn(gates.task, n));
    })();
    for (let n = 0; n < 6; n += 1) {
      await settle(2);
      void threads[n]?.kill();
      await settle(2);
      gates.open(n);
    }

    await spawning;
    await pool.waitall();

    expect(gates.peak).toBe(2);
    expect(gates.started).toHaveLength(6);
  });

  test('leaves no timer when a sleeper is killed', async () => {
    const queue = new Queue<number>();
    const sleeper = spawn(sleep, 1000);
    const getter = spawn(() => queue.get({ timeout: 500 }));
    await settle();
    expect(clock.now.pending).toBe(1);

    await Promise.all([sleeper.kill(), getter.kill()]);

    expect(clock.now.pending).toBe(0);
  });
});
