import { Readable } from 'node:stream';
import { ReadableStream, TransformStream } from 'node:stream/web';
import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { naturals } from '../../support/counted-source.ts';
import { watch } from '../../support/watch.ts';

const same = <T>(item: T): T => item;
const failure = new Error('broken pipe');

/** A web stream that makes its chunks on demand, and counts. */
function webStream(items: Iterable<number>, strategy: { highWaterMark: number } = { highWaterMark: 0 }) {
  const counts = { pulled: 0, cancelled: [] as unknown[] };
  const iterator = items[Symbol.iterator]();
  const stream = new ReadableStream<number>(
    {
      pull(controller) {
        const { value, done } = iterator.next();
        if (done === true) controller.close();
        else {
          counts.pulled += 1;
          controller.enqueue(value);
        }
      },
      cancel(reason) {
        counts.cancelled.push(reason);
      },
    },
    strategy,
  );
  return { stream, counts };
}

describe('a map over a Node Readable', () => {
  test('gives its objects', async () => {
    expect(await new GreenPool(2).imap(same<number>, Readable.from([1, 2, 3])).toArray()).toEqual([1, 2, 3]);
  });

  test('gives its chunks', async () => {
    const stream = new Readable({ read() {} });
    stream.setEncoding('utf8');
    const results = watch(new GreenPool(2).imap(same<string>, stream).toArray());

    stream.push('one');
    await settle();
    stream.push('two');
    await settle();
    stream.push(null);

    await settle();
    expect(results.value).toEqual(['one', 'two']);
  });

  test('gives the results before its error, then the error, then done', async () => {
    const stream = new Readable({ objectMode: true, read() {} });
    const map = new GreenPool(1).imap(same<number>, stream);
    stream.push(1);

    expect(await map.next()).toEqual({ value: 1, done: false });
    stream.destroy(failure);

    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual({ value: undefined, done: true });
  });

  test('destroys it at a break', async () => {
    const stream = Readable.from(naturals());

    for await (const n of new GreenPool(2).imap(same<number>, stream)) if (n === 2) break;

    expect(stream.destroyed).toBe(true);
  });

  test('does not read further than its own buffer beyond the read-ahead', async () => {
    let pulled = 0;
    const stream = new Readable({
      objectMode: true,
      highWaterMark: 1,
      read() {
        pulled += 1;
        this.push(pulled);
      },
    });
    const map = new GreenPool(2).imap(() => new Promise(() => {}), stream);
    void watch(map.next());

    await settle(20);

    expect(pulled).toBeGreaterThanOrEqual(4);
    expect(pulled).toBeLessThanOrEqual(4 + 3);
    stream.destroy();
  });
});

describe('a map over a web ReadableStream', () => {
  test('gives its chunks', async () => {
    const { stream } = webStream(naturals(4));

    expect(await new GreenPool(2).imap(same<number>, stream).toArray()).toEqual([0, 1, 2, 3]);
  });

  test('pulls no more than the read-ahead', async () => {
    const { stream, counts } = webStream(naturals());
    const map = new GreenPool(2).imap(same<number>, stream);

    await map.next();

    await settle();
    expect(counts.pulled).toBe(1 + 4);
  });

  test('cancels it at return()', async () => {
    const { stream, counts } = webStream(naturals());
    const map = new GreenPool(2).imap(same<number>, stream);
    await map.next();
    await settle();

    await map.return();

    expect([counts.cancelled.length, stream.locked]).toEqual([1, false]);
  });

  test('gives its error after the earlier results', async () => {
    const { stream } = webStream(
      (function* () {
        yield 1;
        throw failure;
      })(),
    );
    const map = new GreenPool(1).imap(same<number>, stream);

    expect(await map.next()).toEqual({ value: 1, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual({ value: undefined, done: true });
  });

  test('reads what a TransformStream makes of it', async () => {
    const { stream } = webStream(naturals(3));
    const words = stream.pipeThrough(
      new TransformStream<number, string>({
        transform(n, controller) {
          controller.enqueue(`n${n}`);
        },
      }),
    );

    expect(await new GreenPool(2).imap(same<string>, words).toArray()).toEqual(['n0', 'n1', 'n2']);
  });

  test('stops writing to a TransformStream that nobody reads on', async () => {
    const { stream, counts } = webStream(naturals());
    const map = new GreenPool(1).imap(
      same<number>,
      stream.pipeThrough(new TransformStream<number, number>()),
    );

    await map.next();

    await settle(20);
    expect(counts.pulled).toBeLessThanOrEqual(1 + 2 + 3);
    await map.return();
    await settle();
    expect(counts.cancelled).toHaveLength(1);
  });

  test('is refused when somebody else reads it', async () => {
    const { stream } = webStream(naturals());
    stream.getReader();
    const map = new GreenPool(1).imap(same<number>, stream);

    await expect(map.next()).rejects.toThrow(TypeError);
    expect(await map.next()).toEqual({ value: undefined, done: true });
  });
});

describe('a map over a stream that has a reader and no iterator, as in some browsers', () => {
  const bare = (stream: ReadableStream<number>): AsyncIterable<number> =>
    ({ getReader: () => stream.getReader() }) as unknown as AsyncIterable<number>;

  test('gives its chunks', async () => {
    const { stream } = webStream(naturals(3));

    expect(await new GreenPool(2).imap(same<number>, bare(stream)).toArray()).toEqual([0, 1, 2]);
  });

  test('is not locked before the first next()', async () => {
    const { stream } = webStream(naturals(3));

    new GreenPool(2).imap(same<number>, bare(stream));

    await settle();
    expect(stream.locked).toBe(false);
  });

  test('cancels it and gives it free at return(), also while a read is pending', async () => {
    const cancelled: unknown[] = [];
    const stream = new ReadableStream<number>({ cancel: (reason) => void cancelled.push(reason) });
    const map = new GreenPool(2).imap(same<number>, bare(stream));
    const pending = watch(map.next());
    await settle();

    await map.return();

    await settle();
    expect([pending.value, cancelled.length, stream.locked]).toEqual([
      { value: undefined, done: true },
      1,
      false,
    ]);
  });

  test('gives its error, then done', async () => {
    const stream = new ReadableStream<number>({ start: (controller) => controller.error(failure) });
    const map = new GreenPool(2).imap(same<number>, bare(stream));

    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual({ value: undefined, done: true });
  });

  test('gives it free when it has ended', async () => {
    const { stream } = webStream(naturals(1));

    await new GreenPool(2).imap(same<number>, bare(stream)).toArray();

    await settle();
    expect(stream.locked).toBe(false);
  });
});
