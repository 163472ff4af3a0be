import { GreenPool, type GreenThread, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection, thrown } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useWarnings } from '../../support/warnings.ts';

const warnings = useWarnings();

describe('GreenThread.link', () => {
  test('calls fn(thread, ...args) at the end, before waiters resume', async () => {
    const log: unknown[] = [];
    const thread = spawn(() => 'result');
    const waited = thread.wait().then(() => log.push('waiter'));
    thread.link((ended, ...args: unknown[]) => log.push([ended === thread, ended.state, ...args]), 1, 'two');

    await waited;

    expect(log).toEqual([[true, 'done', 1, 'two'], 'waiter']);
  });

  test('calls in the order of the links, one made twice two times', async () => {
    const log: string[] = [];
    const thread = spawn(() => {});
    const link = (_thread: unknown, name: string) => log.push(name);
    thread.link(link, 'a');
    thread.link(link, 'b');
    thread.link(link, 'a');

    await thread.wait();

    expect(log).toEqual(['a', 'b', 'a']);
  });

  test('calls at once when the thread has ended', async () => {
    const log: unknown[] = [];
    const thread = spawn(() => {});
    await thread.wait();

    thread.link((ended, tag: string) => log.push(ended.state, tag), 'tag');

    expect(log).toEqual(['done', 'tag']);
  });

  test('is called for a failure', async () => {
    const states: string[] = [];
    const thread = spawn(() => Promise.reject(new Error('failed')));
    thread.link((ended) => states.push(ended.state));

    await rejection(thread.wait());

    expect(states).toEqual(['failed']);
  });

  test('of a thread killed before its start is called at once', async () => {
    const log: string[] = [];
    const thread = spawn(() => log.push('ran'));
    thread.link((ended) => log.push(ended.state));

    void thread.kill();

    expect(log).toEqual(['killed']);
    await settle();
    expect(log).toEqual(['killed']);
  });

  test('that throws does not stop the others, and its error goes to onError', async () => {
    const { all, onError } = reports();
    const error = new Error('link');
    const log: string[] = [];
    const pool = new GreenPool(1, { name: 'mail', onError });
    const held = await holdSlot(pool.with({ name: 'task' }));
    held.thread.link(() => log.push('before'));
    held.thread.link(() => {
      throw error;
    });
    held.thread.link(() => log.push('after'));

    held.release();
    await held.thread.wait();

    expect(log).toEqual(['before', 'after']);
    expect(all).toEqual([{ error, info: { pool: 'mail', id: held.thread.id, name: 'task' } }]);
    expect(pool.running()).toBe(0);
  });

  test('that throws at once, on an ended thread, does not throw at its maker', async () => {
    const { errors, onError } = reports();
    const thread = await new GreenPool(1, { onError }).spawn(() => {});
    await thread.wait();

    thread.link(() => {
      throw new Error('late link');
    });

    expect(errors).toEqual([new Error('late link')]);
  });

  test('that rejects goes to onError', async () => {
    const { errors, onError } = reports();
    const thread = await new GreenPool(1, { onError }).spawn(() => {});

    thread.link(async () => Promise.reject(new Error('async link')));
    await settle();

    expect(errors).toEqual([new Error('async link')]);
  });

  test('of a thread without a pool that throws becomes a process warning', async () => {
    const thread = spawn(() => {});
    thread.link(() => {
      throw new Error('link of no pool');
    });

    await thread.wait();
    await settle();

    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('link of no pool')]);
  });

  test('made by a link of the same end is called, too', async () => {
    const log: string[] = [];
    const thread = spawn(() => {});
    thread.link((ended) => ended.link(() => log.push('inner')));

    await thread.wait();

    expect(log).toEqual(['inner']);
  });

  test.each([undefined, null, 5])('refuses %o with a TypeError', async (fn) => {
    const thread = spawn(() => {});

    expect(thrown(() => thread.link(fn as unknown as () => void))).toBeInstanceOf(TypeError);
    await thread.wait();
  });
});

describe('GreenThread.unlink', () => {
  async function linked(unlink: (thread: GreenThread<void>, link: Link) => void): Promise<string[]> {
    const log: string[] = [];
    const link: Link = (_thread, name) => log.push(name ?? 'none');
    const thread = spawn(() => {});
    thread.link(link, 'a');
    thread.link(link, 'b');
    unlink(thread, link);
    await thread.wait();
    return log;
  }
  type Link = (thread: GreenThread<void>, name?: string) => unknown;

  test('takes back the link with the same function and arguments', async () => {
    expect(await linked((thread, link) => thread.unlink(link, 'b'))).toEqual(['a']);
  });

  test('takes nothing back for other arguments or another function', async () => {
    expect(await linked((thread, link) => thread.unlink(link, 'c'))).toEqual(['a', 'b']);
    expect(await linked((thread) => thread.unlink(() => {}))).toEqual(['a', 'b']);
  });

  test('with arguments takes back the link with just these, and no longer one before it', async () => {
    const log: unknown[] = [];
    const link = (_thread: unknown, ...args: number[]) => log.push(args);
    const thread = spawn(() => {});
    thread.link(link, 1, 2);
    thread.link(link, 1);

    thread.unlink(link, 1);

    await thread.wait();
    expect(log).toEqual([[1, 2]]);
  });

  test('of a link that is not there, before and after the end, does nothing', async () => {
    const thread = spawn(() => 'result');

    thread.unlink(() => {});
    await thread.wait();
    thread.unlink(() => {});

    expect(thread.state).toBe('done');
  });
});
