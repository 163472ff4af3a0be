import { Readable } from 'node:stream';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../../src/cli/control/protocol.ts';
import { RunControl } from '../../../../src/cli/control/run-control.ts';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import { ItemLimits, type LimitOptions } from '../../../../src/cli/limits/item-limits.ts';
import { jsonEncoder } from '../../../../src/cli/output/encoder.ts';
import { RecordWriter } from '../../../../src/cli/output/record-writer.ts';
import { PlainRecords } from '../../../../src/cli/output/records.ts';
import { UnorderedResults } from '../../../../src/cli/output/results.ts';
import type { ItemContext } from '../../../../src/cli/run/item-context.ts';
import { ItemRun } from '../../../../src/cli/run/item-run.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { useManualClock } from '../../../support/time.ts';
import { FakeTicks } from '../fake-ticks.ts';

const clock = useManualClock();

/** A run of ten items whose functions end when the test says so. */
async function setUp(limited: LimitOptions, { isDeaf = false } = {}) {
  const printed: string[] = [];
  const started: {
    readonly item: unknown;
    readonly slot: number;
    readonly end: () => void;
    readonly fail: () => void;
  }[] = [];
  const writer = new RecordWriter({ name: 'memory', write: async () => {}, close: async () => {} }, () => {});
  const lines = Array.from({ length: 10 }, (_, index) => `{"n":${index + 1},"weight":3}\n`).join('');
  const stream = Readable.from([Buffer.from(lines)]);
  const reader = new ItemReader([{ name: undefined, stats: undefined, open: () => stream }], 'ndjson');
  const call = (item: unknown, { slot, signal }: ItemContext): Promise<void> => {
    const end = deferred<void>();
    started.push({ item, slot, end: () => end.resolve(), fail: () => end.reject(new Error('busy')) });
    if (!isDeaf) signal.addEventListener('abort', () => end.reject(signal.reason));
    return end.promise;
  };
  const [tally, failures, ticks] = [new Tally(), new FailureTable(), new FakeTicks()];
  const run = new ItemRun({
    limits: new ItemLimits(limited),
    work: { call, records: new PlainRecords(jsonEncoder) },
    results: new UnorderedResults(writer),
    log: () => {},
    reader,
    tally,
    failures,
  });
  const ended = run.run();
  const parts = { run, tally, reader, ticks, start: 0, pid: 12, command: 'greenpool x.ts' };
  const control = new RunControl({ ...parts, print: (text) => printed.push(text) });
  await settle();
  const ctl = async (change: Change) => {
    const answer = control.answer(change);
    await settle();
    return answer;
  };
  const status = () => {
    const answer = control.answer({ do: 'status' });
    return 'status' in answer ? answer.status : undefined;
  };
  return { ctl, status, started, ended, tally, failures, ticks, run, printed };
}

describe('size', () => {
  test('growing starts those who wait at once', async () => {
    const { ctl, started, run, ended } = await setUp({ jobs: 2 });

    expect(await ctl({ do: 'size', size: 5 })).toEqual({ now: 'size 5 (was 2)' });

    expect(started.map(({ slot }) => slot)).toEqual([0, 1, 2, 3, 4]);
    run.cancel(new Error('over'));
    await ended;
  });

  test('after shrinking, what starts has a slot below the size', async () => {
    const { ctl, started, run, ended } = await setUp({ jobs: 4 });
    await ctl({ do: 'size', size: 2 });

    for (const { end } of started.slice(1)) end();
    await settle();

    expect(started).toHaveLength(5);
    expect(started[4]?.slot).toBe(1);
    run.cancel(new Error('over'));
    await ended;
  });

  test('items that weigh more than a size that was made smaller run alone', async () => {
    const { ctl, started, tally, run, ended } = await setUp({ jobs: 3, weight: 'weight' });
    await ctl({ do: 'size', size: 2 });

    for (let n = 0; n < 4; n += 1) {
      expect(tally.running).toBe(1);
      started.at(-1)?.end();
      await settle();
    }

    expect(tally.ended).toMatchObject({ done: 4, failed: 0 });
    run.cancel(new Error('over'));
    await ended;
  });
});

describe('rate', () => {
  test('the new one holds for those who wait, and none lets them go', async () => {
    const { ctl, started, run, ended } = await setUp({ jobs: 10, rate: { limit: 1, interval: 60_000 } });
    expect(started).toHaveLength(1);

    const faster = await ctl({ do: 'rate', rate: { limit: 1, interval: 1000 } });
    await clock.now.advance(2000);
    const withRate = started.length;
    const none = await ctl({ do: 'rate', rate: null });

    expect([faster, none]).toEqual([{ now: 'rate 1/s (was 1/m)' }, { now: 'rate none (was 1/s)' }]);
    expect([withRate, started.length]).toEqual([3, 10]);
    run.cancel(new Error('over'));
    await ended;
  });

  test('a run without a rate gets one', async () => {
    const { ctl, started, run, ended } = await setUp({ jobs: 2 });

    await ctl({ do: 'rate', rate: { limit: 1, interval: 1000 } });
    for (const { end } of started) end();
    await settle();

    expect(started).toHaveLength(3);
    run.cancel(new Error('over'));
    await ended;
  });
});

describe('pause', () => {
  test('starts nothing until resume; what runs goes on', async () => {
    const { ctl, status, started, tally, run, ended } = await setUp({ jobs: 2 });

    expect(await ctl({ do: 'pause' })).toEqual({ now: 'paused, 2 running' });
    for (const { end } of started) end();
    await settle();
    const paused = [started.length, tally.ended.done, status()?.state];
    expect(await ctl({ do: 'resume' })).toEqual({ now: 'not paused, 0 running' });

    expect(paused).toEqual([2, 2, 'paused']);
    expect([started.length, status()?.state]).toEqual([4, 'running']);
    run.cancel(new Error('over'));
    await ended;
  });

  test.each<[string, LimitOptions]>([
    ['one after another', { jobs: 2 }],
    ['with limits of their own', { jobs: 2, retries: 1 }],
  ])('a drain ends a paused run whose items run %s', async (_name, limited) => {
    const { ctl, started, tally, run, ended } = await setUp(limited);
    await ctl({ do: 'pause' });

    expect(await ctl({ do: 'drain' })).toEqual({ now: 'draining, 2 running' });
    for (const { end } of started) end();
    await ended;

    expect([started.length, tally.ended.done, run.hasWorkLeft, run.firstLeft?.line]).toEqual([2, 2, true, 3]);
  });

  test('is refused while the run drains: it would never end', async () => {
    const { ctl, started, ended } = await setUp({ jobs: 1 });
    await ctl({ do: 'drain' });

    expect(await ctl({ do: 'pause' })).toEqual({ refused: 'the run is draining: it starts no more items' });

    for (const { end } of started) end();
    await ended;
  });
});

describe('cancel', () => {
  test.each([false, true])('fails the item, once it has ended, and no other; deaf: %s', async (isDeaf) => {
    const { ctl, started, tally, failures, run, ended } = await setUp({ jobs: 2, retries: 3 }, { isDeaf });

    expect(await ctl({ do: 'cancel', id: 2 })).toEqual({ now: 'item 2 cancelled' });
    if (isDeaf) {
      expect(tally.running).toBe(2);
      started[1]?.end();
      await settle();
    }

    expect(tally.ended).toEqual({ done: 0, failed: 1, skipped: 0, cancelled: 0 });
    expect([tally.retried, started.length]).toEqual([0, 3]);
    expect(failures.render(100)).toContain('cancelled by greenpool ctl  line 2');
    run.cancel(new Error('over'));
    for (const { end } of started) end();
    await ended;
  });

  test('fails an item that waits for its next attempt, and one that waits for its slot', async () => {
    const { ctl, started, tally, run, ended } = await setUp({ jobs: 2, retries: 3, backoff: 1000 });
    started[0]?.fail();
    await settle();

    expect(await ctl({ do: 'cancel', id: 1 })).toEqual({ now: 'item 1 cancelled' });
    expect(await ctl({ do: 'cancel', id: 9 })).toEqual({ now: 'item 9 cancelled' });
    expect(await ctl({ do: 'cancel', id: 9 })).toHaveProperty('refused');

    expect([tally.ended.failed, tally.running]).toEqual([2, 2]);
    for (let at = 1; at <= 8; at += 1) {
      started[at]?.end();
      await settle();
    }
    await ended;
    expect(started.map(({ item }) => (item as { n: number }).n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10]);
    expect(tally.ended).toEqual({ done: 8, failed: 2, skipped: 0, cancelled: 0 });
    expect(run.state).toBe('running');
  });

  test('is refused for an item that does not run, and says which do', async () => {
    const { ctl, printed, run, ended } = await setUp({ jobs: 2 });

    expect(await ctl({ do: 'cancel', id: 3 })).toEqual({
      refused: 'item 3 is not running; those that are: 1, 2',
    });

    expect(printed).toEqual([]);
    run.cancel(new Error('over'));
    await ended;
  });
});

describe('status', () => {
  test('tells how the run goes', async () => {
    const { ctl, status, started, ticks, run, ended } = await setUp({
      jobs: 2,
      rate: { limit: 10, interval: 1000, burst: 10 },
    });
    started[0]?.end();
    await ctl({ do: 'cancel', id: 2 });
    ticks.pass(4000);

    expect(status()).toEqual({
      pid: 12,
      command: 'greenpool x.ts',
      state: 'running',
      started: expect.stringMatching(/^\d{4}-.*Z$/),
      elapsed: 4000,
      done: 1,
      failed: 1,
      skipped: 0,
      cancelled: 0,
      retried: 0,
      running: 2,
      waiting: 6,
      size: 2,
      perSecond: 0.5,
      rate: '10/s,burst=10',
    });
    run.cancel(new Error('over'));
    await ended;
  });

  test('changes are told to whoever watches the run, questions are not', async () => {
    const { ctl, status, printed, run, ended } = await setUp({ jobs: 2 });

    status();
    await ctl({ do: 'size', size: 1 });

    expect(printed).toEqual(['greenpool: ctl: size 1 (was 2)']);
    run.cancel(new Error('over'));
    await ended;
  });
});
