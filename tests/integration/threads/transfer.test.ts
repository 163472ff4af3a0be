import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { rejection, thrown } from '../../support/rejection.ts';
import { bodies, places, reaches, shared, streams, tasks, transfer } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

/** Bytes that nobody else holds. */
const bytesOf = (length: number, value: number) => new Uint8Array(length).fill(value);

describe('transfer', () => {
  test('moves an argument: whoever gave it finds it empty', async () => {
    const pool = makePool(1);
    const bytes = bytesOf(1_000_000, 1);

    const length = await pool.run(bodies.lengthOf, transfer(bytes, [bytes.buffer]));

    expect([length, bytes.byteLength]).toEqual([1_000_000, 0]);
  });

  test('moves a result: the thread finds it empty', async () => {
    const pool = makePool(1);
    const flags = makeFlags();

    const bytes = await pool.run(bodies.give, 1_000_000, flags);

    expect([bytes.byteLength, bytes[0], bytes[999_999]]).toEqual([1_000_000, 7, 7]);
    await reaches(flags, places.begun, 1);
    expect(flags[places.begun]).toBe(1);
  });

  test('moves there and back what a task fills', async () => {
    const pool = makePool(1);
    const bytes = bytesOf(1_000, 0);

    const filled = await pool.run(tasks.fill, transfer(bytes, [bytes.buffer]), 9);

    expect(bytes.byteLength).toBe(0);
    expect([filled.byteLength, filled[0], filled[999]]).toEqual([1_000, 9, 9]);
  });

  test('in several calls at once moves to each its own', async () => {
    const pool = makePool(2);
    const all = [1, 2, 3, 4, 5, 6].map((value) => bytesOf(100, value));

    const back = await Promise.all(
      all.map((bytes) => pool.run(bodies.back, transfer(bytes, [bytes.buffer]))),
    );

    expect(all.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(back.map((bytes) => [bytes.byteLength, bytes[0]])).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => [100, n]),
    );
  });

  test('moves the items of a stream', async () => {
    const pool = makePool(1);
    const seen: unknown[] = [];

    for await (const bytes of pool.stream(streams.buffers, 40, 1_000))
      seen.push([bytes.byteLength, bytes[0]]);

    expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => [1_000, n]));
  });

  test('gives back its value, which may be passed to the same function here', () => {
    const bytes = bytesOf(10, 1);

    expect(transfer(bytes, [bytes.buffer])).toBe(bytes);
    expect(bodies.lengthOf(bytes)).toBe(10);
  });

  test('of what cannot be moved is a TypeError that names the task, and kills nothing', async () => {
    const pool = makePool(1);
    const where = await pool.run(bodies.where);
    const value = { n: 1 };

    const error = await rejection(pool.run(tasks.echo, transfer(value, [value])));

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining('echo') });
    expect(await pool.run(bodies.where)).toBe(where);
  });

  test('of what has been moved before is a TypeError that names the task', async () => {
    const pool = makePool(1);
    const bytes = bytesOf(10, 1);
    const given = transfer(bytes, [bytes.buffer]);
    expect(await pool.run(bodies.lengthOf, given)).toBe(10);
    const counted = streams.count as (...args: unknown[]) => AsyncGenerator<number>;

    const errors = [
      [await rejection(pool.run(bodies.lengthOf, given)), 'lengthOf'],
      [await rejection(pool.stream(counted, given).next()), 'count'],
    ] as const;

    for (const [error, name] of errors) {
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ message: expect.stringMatching(`task ${name} .*moved before`) });
    }
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('of a result that has been moved before is a TypeError that names the task', async () => {
    const pool = makePool(1);
    expect((await pool.run(bodies.giveAgain)).byteLength).toBe(10);

    const error = await rejection(pool.run(bodies.giveAgain));

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining('the result of the task giveAgain') });
  });

  test('of an empty buffer moves it', async () => {
    const empty = new Uint8Array(0);

    expect(await makePool(1).run(bodies.lengthOf, transfer(empty, [empty.buffer]))).toBe(0);
  });

  test('takes ports as well', async () => {
    const pool = makePool(1);
    const { port1, port2 } = new MessageChannel();

    const back = await rejection(pool.run(tasks.echo, transfer({ port: port2 }, [port2])));
    port1.close();

    // It is there, and cannot come back as a copy.
    expect(back).toBeInstanceOf(TypeError);
    expect(back).toMatchObject({ message: expect.stringContaining('the result of the task echo') });
  });

  test.each([[42], [null], ['text'], [undefined]])('of %j is a TypeError', (value) => {
    expect(thrown(() => transfer(value as never, []))).toBeInstanceOf(TypeError);
  });

  test('without a list is a TypeError', () => {
    expect(thrown(() => transfer({}, 42 as never))).toBeInstanceOf(TypeError);
  });
});

describe('without transfer', () => {
  test('an argument is copied, and stays what it was', async () => {
    const pool = makePool(1);
    const bytes = bytesOf(100, 1);

    const filled = await pool.run(tasks.fill, bytes, 9);

    expect([filled[0], bytes[0], bytes.byteLength]).toEqual([9, 1, 100]);
  });

  test('memory that is shared stays shared', async () => {
    const pool = makePool(2);
    const numbers = shared(1);

    const back = await Promise.all([1, 2, 3, 4].map((n) => pool.run(bodies.addTo, numbers, n)));

    expect(numbers[0]).toBe(10);
    Atomics.store(numbers, 0, 42);
    expect(back.map((same) => same[0])).toEqual([42, 42, 42, 42]);
  });

  test.each([
    [new Map([['a', { b: 1 }]])],
    [new Set([1, 'two'])],
    [new Date(5)],
    [/a+/gi],
    [12n],
    [undefined],
    [Number.NaN],
  ])('%o is as structuredClone makes it', async (value) => {
    expect(await makePool(1).run(tasks.echo, value)).toEqual(structuredClone(value));
  });
});
