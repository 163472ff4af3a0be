import { Readable } from 'node:stream';
import { type Deferred, deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import { ItemLimits, type LimitOptions } from '../../../../src/cli/limits/item-limits.ts';
import { jsonEncoder } from '../../../../src/cli/output/encoder.ts';
import { PlainRecords } from '../../../../src/cli/output/records.ts';
import { UnorderedResults } from '../../../../src/cli/output/results.ts';
import { ItemRun } from '../../../../src/cli/run/item-run.ts';
import { Overdue } from '../../../../src/cli/run/overdue.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { useManualClock } from '../../../support/time.ts';
import { FakeTicks } from '../fake-ticks.ts';
import { memoryWriter } from '../output/memory-writer.ts';

const clock = useManualClock();

/** Runs items whose functions end when their gate opens, whatever becomes of their signal. */
async function setUp(items: readonly object[], options: LimitOptions) {
  const gates = new Map<string, Deferred<string>>();
  const slots = new Map<string, number>();
  const printed: string[] = [];
  const ticks = new FakeTicks();
  const { timeout = 1000 } = options;
  const overdue = new Overdue({ timeout, patience: 3000, ticks, print: (text) => printed.push(text) });
  const stream = Readable.from([Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''))]);
  const parts = {
    reader: new ItemReader([{ name: undefined, stats: undefined, open: () => stream }], 'ndjson'),
    results: new UnorderedResults(memoryWriter().writer),
    tally: new Tally(),
    failures: new FailureTable(),
    log: () => {},
  };
  const call = (item: unknown, { slot, attempt }: { slot: number; attempt: number }) => {
    const name = `${(item as { id: string }).id}${attempt > 1 ? attempt : ''}`;
    const gate = deferred<string>();
    gates.set(name, gate);
    slots.set(name, slot);
    return gate.promise;
  };
  const limits = new ItemLimits({ timeout, ...options }, { onError: () => {} });
  const work = { call, records: new PlainRecords(jsonEncoder) };
  const run = new ItemRun({ ...parts, limits, work, overdue });
  overdue.attend(run);
  let hasEnded = false;
  void run.run().then(() => {
    hasEnded = true;
  });
  const pass = async (ms: number) => {
    for (let rest = ms; rest > 0; rest -= 250) {
      await clock.now.advance(250);
      ticks.pass(250);
      await settle();
    }
  };
  const open = async (name: string) => {
    gates.get(name)?.resolve(name);
    await settle();
  };
  await settle();
  const running = () => [...gates.keys()];
  return { run, overdue, ticks, printed, pass, open, running, slots, ...parts, hasEnded: () => hasEnded };
}

const named = (...ids: readonly string[]) => ids.map((id) => ({ id }));

describe('a function that ignores its timeout', () => {
  test('fails its item after the grace, and keeps its slot until it ends', async () => {
    const { pass, open, running, slots, tally, failures, hasEnded } = await setUp(named('a', 'b', 'c'), {
      jobs: 2,
    });

    await pass(3750);
    expect([tally.ended.failed, running()]).toEqual([0, ['a', 'b']]);
    await open('b');
    await pass(250);
    expect(failures.render(200)).toMatch(/ 1 +its function did not end within 3 s after its time was over/);
    expect([tally.ended.failed, tally.running, slots.get('c')]).toEqual([2, 2, 1]);
    await open('c');

    expect(hasEnded()).toBe(false);
    await pass(250);
    expect([hasEnded(), tally.ended]).toEqual([true, { done: 1, failed: 2, skipped: 0, cancelled: 0 }]);
  });

  test('gives its slot back when it ends after all, and its result is nothing any more', async () => {
    const { pass, open, running, slots, tally, overdue, hasEnded } = await setUp(named('a', 'b'), {
      jobs: 1,
    });
    await pass(4000);
    expect([running(), tally.ended.failed]).toEqual([['a'], 1]);

    await open('a');
    await pass(250);
    await open('b');

    expect([running(), slots.get('b'), overdue.isStuck]).toEqual([['a', 'b'], 0, false]);
    expect([hasEnded(), tally.running, tally.ended]).toMatchObject([true, 0, { failed: 1, done: 1 }]);
  });

  test('does not hold up the end of the run', async () => {
    const { run, overdue, printed, pass, open, hasEnded } = await setUp(named('a', 'b'), { jobs: 2 });
    await open('b');

    await pass(4000);

    expect([hasEnded(), run.hasWorkLeft, overdue.isStuck, printed]).toEqual([true, false, false, []]);
  });

  test('stops the run when it has all slots and work is left', async () => {
    const { run, overdue, printed, pass, hasEnded } = await setUp(named('a', 'b', 'c'), { jobs: 2 });

    await pass(4750);

    expect([hasEnded(), run.hasWorkLeft, run.firstLeft?.line, overdue.isStuck]).toEqual([
      true,
      true,
      3,
      true,
    ]);
    expect(printed).toEqual([
      'greenpool: stopped: 2 functions did not end after their time and held the slots of all that is left; hand ctx.signal to what they waited for, as in fetch(url, { signal })',
    ]);
  });

  test('stops the run when it has the slot of the key that all others have', async () => {
    const items = ['a1', 'a2', 'b1', 'b2'].map((id) => ({ id, host: id.charAt(0) }));
    const options = { jobs: 5, per: { field: 'host', limit: 1 } };
    const { run, overdue, pass, open, running, hasEnded } = await setUp(items, options);
    await open('b1');
    await pass(500);
    await open('b2');

    await pass(4500);

    expect(running()).toEqual(['a1', 'b1', 'b2']);
    expect([hasEnded(), run.firstLeft?.line, overdue.isStuck]).toEqual([true, 2, true]);
  });

  test('stops the run when a heavy item can never have all its slots', async () => {
    const items = [
      { id: 'a', w: 1 },
      { id: 'b', w: 2 },
    ];
    const { run, overdue, pass, hasEnded } = await setUp(items, { jobs: 2, weight: 'w' });

    await pass(4750);

    expect([hasEnded(), run.firstLeft?.line, overdue.isStuck]).toEqual([true, 2, true]);
  });

  test('does not stop what waits for time only', async () => {
    const rate = { limit: 1, interval: 10_000 };
    const { overdue, pass, open, running, tally, hasEnded } = await setUp(named('a', 'b'), { jobs: 2, rate });

    await pass(9750);
    expect([hasEnded(), tally.ended.failed, running()]).toEqual([false, 1, ['a']]);
    await pass(250);
    await open('b');
    await pass(250);

    expect([hasEnded(), tally.ended.done, overdue.isStuck]).toEqual([true, 1, false]);
  });

  test('gets no further attempt, also when it ends after all', async () => {
    const options = { jobs: 2, retries: 3, backoff: 1 };
    const { pass, open, running, tally, hasEnded } = await setUp(named('a', 'b'), options);
    await pass(3000);
    await open('b');
    await pass(250);
    expect(running()).toEqual(['a', 'b', 'b2']);
    await open('b2');

    await pass(750);
    await open('a');
    await pass(250);

    expect([running(), hasEnded()]).toEqual([['a', 'b', 'b2'], true]);
    expect(tally).toMatchObject({ ended: { done: 1, failed: 1, cancelled: 0 }, retried: 1 });
  });

  test('has its whole grace, however late it was told', async () => {
    const { ticks, pass, open, tally, hasEnded } = await setUp(named('a'), { jobs: 1 });

    ticks.pass(4000);
    await pass(2750);
    expect(tally.ended.failed).toBe(0);
    await pass(250);
    expect(tally.ended.failed).toBe(1);

    await open('a');
    expect(hasEnded()).toBe(true);
  });
});

describe('Overdue.close', () => {
  test('leaves no timer', async () => {
    const { overdue, ticks, open } = await setUp(named('a'), { jobs: 1 });
    await open('a');

    overdue.close();

    expect(ticks.pending).toBe(0);
  });
});
