import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board } from '../../../src/threads/board.ts';

/** Both ends of the same memory. */
function makeBoards(): { pool: Board; thread: Board } {
  const pool = new Board();
  return { pool, thread: new Board(pool.memory) };
}

describe('Board', () => {
  test.each([
    0,
    -0,
    1.5,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    '',
    'text',
    '\ud800 half a pair',
    true,
    false,
    null,
    undefined,
  ])('keeps %o for the other side', (value) => {
    const { pool, thread } = makeBoards();
    pool.set(2);
    thread.begin(1);

    expect(thread.keep(1, value)).toBe(true);

    expect(pool.isKept(1)).toBe(true);
    expect(pool.kept(1)).toBe(value);
  });

  test.each([[{}], [[1]], [1n], [Symbol('s')], [() => 1]])('keeps nothing of %o', (value) => {
    const { pool, thread } = makeBoards();
    pool.set(1);
    thread.begin(0);

    expect(thread.keep(0, value)).toBe(false);
    expect([pool.isKept(0), pool.isAtWork(0)]).toEqual([false, true]);
  });

  test('keeps texts apart until it is full', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 20_000, minLength: 5_000 }), { minLength: 2, maxLength: 8 }),
        (texts) => {
          const { pool, thread } = makeBoards();
          pool.set(texts.length);
          thread.clear();

          const isKept = texts.map((text, index) => thread.begin(index) && thread.keep(index, text));

          texts.forEach((text, index) => {
            if (isKept[index]) expect(pool.kept(index)).toBe(text);
          });
          const length = texts.reduce((sum, text) => sum + text.length, 0);
          if (length <= 65_536) expect(isKept).not.toContain(false);
        },
      ),
      { numRuns: 5 },
    );
  });

  test('gives a call to whoever asks first', () => {
    const { pool, thread } = makeBoards();
    pool.set(2);

    expect([pool.takeBack(0), thread.begin(0)]).toEqual([true, false]);
    expect([thread.begin(1), pool.takeBack(1)]).toEqual([true, false]);
    expect([pool.isTakenBack(0), pool.isAtWork(1)]).toEqual([true, true]);
  });

  test('knows a call that was answered by a message as ended, and not as kept', () => {
    const { pool, thread } = makeBoards();
    pool.set(1);
    thread.begin(0);

    thread.answered(0);

    expect([pool.hasEnded(0), pool.isKept(0), pool.isAtWork(0)]).toEqual([true, false, false]);
  });
});
