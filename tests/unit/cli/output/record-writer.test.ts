import { describe, expect, test } from 'vitest';
import type { ByteSink } from '../../../../src/cli/output/byte-sink.ts';
import { RecordWriter } from '../../../../src/cli/output/record-writer.ts';
import { type Deferred, deferred } from '../../../../src/primitives/deferred.ts';
import { settle } from '../../../../src/testing/index.ts';

class HeldSink implements ByteSink {
  readonly name = 'held';
  readonly writes: { text: string; done: Deferred<void> }[] = [];
  isClosed = false;

  write(text: string): Promise<void> {
    const done = deferred<void>();
    this.writes.push({ text, done });
    return done.promise;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const megabyte = `${'x'.repeat(1024 * 1024)}\n`;

function setUp() {
  const sink = new HeldSink();
  const failures: unknown[] = [];
  const writer = new RecordWriter(sink, (error) => failures.push(error));
  return { sink, failures, writer };
}

describe('RecordWriter.push', () => {
  test('records of one turn share one write, in that turn', async () => {
    const { sink, writer } = setUp();

    writer.push('1\n');
    writer.push('2\n');
    await nextTurn();

    expect(sink.writes.map((write) => write.text)).toEqual(['1\n2\n']);
  });

  test('records that come during a write go together in the next', async () => {
    const { sink, writer } = setUp();
    writer.push('1\n');
    await nextTurn();

    writer.push('2\n');
    writer.push('3\n');
    sink.writes[0]?.done.resolve();
    await settle();

    expect(sink.writes.map((write) => write.text)).toEqual(['1\n', '2\n3\n']);
    expect(writer.recordsWritten).toBe(1);
  });

  test('a lot at once is written without waiting for the turn to end', () => {
    const { sink, writer } = setUp();

    writer.push('x'.repeat(100_000));

    expect(sink.writes).toHaveLength(1);
  });
});

describe('RecordWriter.push, of a large record', () => {
  test('writes it piece by piece, in its place, and nothing in between', async () => {
    const { sink, writer } = setUp();
    const large = {
      discard() {},
      async *pieces() {
        yield* ['3a', '', '3b'];
      },
    };

    writer.push('1\n');
    writer.push('2\n');
    writer.push(large);
    writer.push('4\n');
    for (let written = 0; written < 4; written += 1) {
      sink.writes[written]?.done.resolve();
      await settle();
    }

    expect(sink.writes.map((write) => write.text)).toEqual(['1\n2\n', '3a', '3b', '4\n']);
    expect(writer.recordsWritten).toBe(4);
  });
});

describe('RecordWriter.waitForRoom', () => {
  test('waits while a slow sink leaves too much behind', async () => {
    const { sink, writer } = setUp();
    writer.push(megabyte);
    writer.push(megabyte);
    let hasRoom = false;
    const room = writer.waitForRoom().then(() => {
      hasRoom = true;
    });

    await settle();
    expect([writer.isFull, hasRoom]).toEqual([true, false]);
    sink.writes[0]?.done.resolve();
    await room;

    expect(writer.isFull).toBe(false);
  });

  test('a failed write tells once, takes no more and lets everybody go on', async () => {
    const { sink, writer, failures } = setUp();
    writer.push(megabyte);
    writer.push(megabyte);
    const room = writer.waitForRoom();

    sink.writes[0]?.done.reject(new Error('ENOSPC'));
    await room;
    writer.push('3\n');
    await writer.close();

    expect(failures).toEqual([new Error('ENOSPC')]);
    expect(sink.writes).toHaveLength(1);
  });
});

describe('RecordWriter.close', () => {
  test('writes what is left, then closes the sink', async () => {
    const { sink, writer } = setUp();
    writer.push('1\n');
    const closed = writer.close();

    expect(sink.writes.map((write) => write.text)).toEqual(['1\n']);
    expect(sink.isClosed).toBe(false);
    sink.writes[0]?.done.resolve();
    await closed;

    expect(sink.isClosed).toBe(true);
  });
});
