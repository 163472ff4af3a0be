import { describe, expect, test } from 'vitest';
import { Sequencer, settle } from '../../../src/testing/index.ts';

describe('Sequencer.step', () => {
  test('runs the steps of several actors in one order, in whatever order they come', async () => {
    const sequencer = new Sequencer();
    const log: number[] = [];
    const actor = async (...positions: number[]): Promise<void> => {
      for (const position of positions) {
        await sequencer.step(position);
        log.push(position);
      }
    };

    await Promise.all([actor(2, 3, 7), actor(1, 5), actor(0, 4, 6)]);

    expect(log).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('lets the code after one step finish before the next one starts', async () => {
    const sequencer = new Sequencer();
    const log: string[] = [];
    const actor = async (position: number): Promise<void> => {
      await sequencer.step(position);
      for (let tick = 0; tick < 10; tick += 1) {
        log.push(`${position}`);
        await Promise.resolve();
      }
    };

    await Promise.all([actor(1), actor(0)]);
    await settle();

    expect(log.join('')).toBe('00000000001111111111');
  });

  test('with a function waits for its end, passes its arguments and gives its result', async () => {
    const sequencer = new Sequencer();
    const log: string[] = [];
    const slow = async (name: string): Promise<number> => {
      await settle(20);
      log.push(name);
      return 42;
    };

    const results = await Promise.all([
      sequencer.step(1, () => log.push('next')),
      sequencer.step(0, slow, 'slow'),
    ]);

    expect([log, results[1]]).toEqual([['slow', 'next'], 42]);
  });

  test('whose function throws rejects, and the next step goes on', async () => {
    const sequencer = new Sequencer();
    const failing = sequencer.step(0, () => {
      throw new Error('boom');
    });

    await expect(failing).rejects.toThrow('boom');

    await sequencer.step(1);
  });

  test('used twice rejects', async () => {
    const sequencer = new Sequencer();
    await sequencer.step(0);

    await expect(sequencer.step(0)).rejects.toThrow('step 0 was used before');
  });

  test.each([
    [-1, RangeError],
    [0.5, TypeError],
  ])('of %s rejects', async (position, error) => {
    await expect(new Sequencer().step(position)).rejects.toThrow(error);
  });
});

describe('settle', () => {
  test('takes so many turns of the event loop', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);

    await settle(3);
    expect(turns).toBe(3);
    await settle();

    expect(turns).toBe(11);
    turns = 100;
  });

  test('of a wrong number rejects', async () => {
    await expect(settle(-1)).rejects.toThrow(RangeError);
  });
});
