import { GreenPool, type GreenThread, getcurrent, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';

describe('GreenThread.signal', () => {
  test('is one AbortSignal, the same each time', async () => {
    const held = await holdSlot(new GreenPool(1));

    expect(held.thread.signal).toBeInstanceOf(AbortSignal);
    expect(held.thread.signal).toBe(held.thread.signal);
    held.release();
    await held.thread.wait();
  });

  test('aborts with the very reason of a kill', async () => {
    const held = await holdSlot(new GreenPool(1));
    const { signal } = held.thread;
    const reason = new Error('stop');

    void held.thread.kill(reason);

    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe(reason);
    held.release();
    await rejection(held.thread.wait());
  });

  test('that is first asked for after the kill has aborted already', async () => {
    const held = await holdSlot(new GreenPool(1));

    void held.thread.kill('stop');

    expect([held.thread.signal.aborted, held.thread.signal.reason]).toEqual([true, 'stop']);
    held.release();
    await rejection(held.thread.wait());
  });

  test('of a thread killed before its start is the same whether asked for before or after', async () => {
    const early = spawn(() => {});
    const late = spawn(() => {});
    const { signal } = early;

    void early.kill('stop');
    void late.kill('stop');

    expect(signal.aborted).toBe(late.signal.aborted);
  });

  test('stays as it is when the task ends by itself, also if killed later', async () => {
    const thread = spawn(() => 1);
    const { signal } = thread;
    await thread.wait();

    await thread.kill();

    expect(signal.aborted).toBe(false);
    expect(thread.state).toBe('done');
  });

  test('stops what the task handed it to', async () => {
    const abortable = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const thread = spawn(() => abortable((getcurrent() as GreenThread<unknown>).signal));
    await settle();

    await thread.kill('stop');

    expect(await rejection(thread.wait())).toBe('stop');
  });
});
