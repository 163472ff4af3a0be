import type { GreenPool, GreenThread, ThreadState } from 'greenpool';
import { describe, expectTypeOf, test } from 'vitest';

declare const pool: GreenPool;
declare const thread: GreenThread<number>;

describe('GreenThread', () => {
  test('is not thenable: await gives the handle itself', async () => {
    expectTypeOf(await thread).toEqualTypeOf<GreenThread<number>>();
    expectTypeOf(await pool.spawn(() => 1)).toEqualTypeOf<GreenThread<number>>();
    expectTypeOf<Awaited<GreenThread<number>>>().toEqualTypeOf<GreenThread<number>>();
    // @ts-expect-error there is no then
    thread.then;
  });

  test('of a number is one of unknown, and not the other way round', () => {
    const unknowns: GreenThread<unknown>[] = [thread];
    expectTypeOf(thread).toExtend<GreenThread<unknown>>();
    expectTypeOf(thread).toExtend<GreenThread>();
    expectTypeOf(thread).toExtend<GreenThread<number | string>>();
    // @ts-expect-error unknown is no number
    const numbers: GreenThread<number>[] = unknowns;
    // @ts-expect-error a string is no number
    const other: GreenThread<number> = {} as GreenThread<string>;
    void [numbers, other];
  });

  test('wait gives the result', () => {
    expectTypeOf(thread.wait()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(thread.wait({ timeout: 5, signal: thread.signal })).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error options are an object
    void thread.wait(5);
  });

  test('kill takes any reason, cancel says whether it did', () => {
    expectTypeOf(thread.kill()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(thread.kill('reason')).toEqualTypeOf<Promise<void>>();
    expectTypeOf(thread.cancel()).toEqualTypeOf<boolean>();
  });

  test('tells its id, name, state and signal, and lets nobody set them', () => {
    expectTypeOf(thread.id).toEqualTypeOf<number>();
    expectTypeOf(thread.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(thread.state).toEqualTypeOf<ThreadState>();
    expectTypeOf(thread.signal).toEqualTypeOf<AbortSignal>();
    // @ts-expect-error read-only
    thread.state = 'done';
    // @ts-expect-error read-only
    thread.id = 1;
  });
});

describe('GreenThread.link', () => {
  test('passes the thread and the arguments', () => {
    thread.link((ended) => expectTypeOf(ended).toEqualTypeOf<GreenThread<number>>());
    thread.link((ended: GreenThread<number>, label: string, n: number) => void [ended, label, n], 'a', 1);
    thread.link((ended: GreenThread<unknown>) => void ended);
    thread.link(() => undefined);
  });

  test('refuses wrong arguments', () => {
    const link = (ended: GreenThread<number>, label: string): void => void [ended, label];
    // @ts-expect-error the label is missing
    thread.link(link);
    // @ts-expect-error a number is no label
    thread.link(link, 1);
    // @ts-expect-error made for another result
    thread.link((ended: GreenThread<string>) => void ended);
  });

  test('unlink takes the same function', () => {
    const link = (ended: GreenThread<number>, label: string): void => void [ended, label];
    thread.link(link, 'a');
    thread.unlink(link, 'a');
    thread.unlink(link);
    // @ts-expect-error not a function
    thread.unlink('a');
  });
});
