import { describe, expect, test } from 'vitest';
import { LineChain } from '../../../../src/cli/journal/line-chain.ts';
import { repairJournal } from '../../../../src/cli/journal/repair.ts';
import { describeCut, replayJournal } from '../../../../src/cli/journal/replay.ts';
import { CrashDisk } from '../../../support/journal/crash-disk.ts';
import { seededRandom } from '../../../support/journal/random.ts';
import { Ledger, PLACE, runWorkload, type Workload } from '../../../support/journal/workload.ts';
import { rejection } from '../../../support/rejection.ts';

const OUTPUT = PLACE.output ?? '';
const log = (number: number): string => `${PLACE.folder}/log-00000${number}.ndjson`;
const items = Array.from({ length: 12 }, (_, index) => `item ${index}`);
const workload: Workload = { input: items, size: 2, ordered: false, sync: 'batch', freeSlot: 'when written' };

/** A disk with the journal of a run that ended well, in several logs. */
async function journalDisk(change: Partial<Workload> = {}): Promise<CrashDisk> {
  const random = seededRandom(5);
  const disk = new CrashDisk(random);
  await runWorkload(disk, { ...workload, ...change }, new Ledger(), random);
  return disk;
}

function edit(disk: CrashDisk, path: string, change: (text: string) => string): void {
  disk.put(path, Buffer.from(change(disk.content(path).toString())));
}

/** A journal of one log with these records. */
function craftedDisk(records: readonly object[], output: string): CrashDisk {
  const disk = new CrashDisk(seededRandom(1));
  const chain = new LineChain();
  disk.put(log(1), Buffer.from(records.map((record) => chain.seal(JSON.stringify(record))).join('')));
  disk.put(OUTPUT, Buffer.from(output));
  return disk;
}

const open = { t: 'open', session: 1, time: 5, pid: 7, output: 0 };
const start = (n: number): object => ({ t: 'start', n, ms: 0, id: `="${n}"` });

describe('replayJournal', () => {
  test('tells the state of a run that ended well', async () => {
    const disk = await journalDisk();

    const replay = await replayJournal(disk, PLACE);

    expect(replay.items.counts).toEqual({ done: 12, failed: 0, skipped: 0, held: 0, interrupted: 0 });
    expect(replay).toMatchObject({ cut: undefined, heldLost: 0, output: disk.content(OUTPUT).length });
    expect(replay.sessions).toEqual([{ session: 1, time: 0, pid: 1, end: 'complete' }]);
  });

  test('an empty folder is a journal that has just been made', async () => {
    const replay = await replayJournal(new CrashDisk(seededRandom(1)), PLACE);

    expect(replay).toMatchObject({ output: 0, sessions: [], cut: undefined });
  });

  test.each([
    ['torn', (text: string) => text.slice(0, -20)],
    ['followed by garbage', (text: string) => `${text}{"crc":1,"t":"done"}\n`],
    ['filled with zeros', (text: string) => `${text}${'\0'.repeat(200_000)}`],
    ['closed twice', (text: string) => text + text.slice(text.lastIndexOf('\n', text.length - 2) + 1)],
  ])('cuts a log that is %s', async (_name, damage) => {
    const disk = await journalDisk();
    const last = (await disk.list(PLACE.folder)).filter((name) => name.startsWith('log')).length;
    edit(disk, log(last), damage);

    const { cut, items: states } = await replayJournal(disk, PLACE);

    expect(cut).toMatchObject({ path: log(last), itemsLost: 0 });
    expect(cut!.at + cut!.bytes).toBe(disk.content(log(last)).length);
    expect(states.counts.done).toBe(12);
  });

  test('does not trust what follows a damaged line in an older log', async () => {
    const disk = await journalDisk();
    edit(disk, log(2), (text) => text.replace('"done"', '"dome"'));

    const replay = await replayJournal(disk, PLACE);
    await repairJournal(disk, PLACE, replay);

    const { done } = replay.items.counts;
    expect(replay.cut).toMatchObject({ path: log(2) });
    // The damaged line itself cannot be read.
    expect(done + replay.cut!.itemsLost).toBe(11);
    expect(disk.content(OUTPUT).toString().split('\n')).toHaveLength(done + 1);
    expect(await disk.list(PLACE.folder)).not.toContain('log-000003.ndjson');
    expect(await replayJournal(disk, PLACE)).toMatchObject({ cut: undefined, output: replay.output });
  });

  test('does not trust what follows a missing log', async () => {
    const disk = await journalDisk();
    await disk.remove(log(2));

    const { cut, items: states } = await replayJournal(disk, PLACE);

    expect(cut).toMatchObject({ path: log(3), at: 0 });
    expect(states.counts.done).toBeLessThan(12);
  });

  test('a missing first log is for the user to decide', async () => {
    const disk = await journalDisk();
    await disk.remove(log(1));

    const error = await rejection(replayJournal(disk, PLACE));

    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(`${log(1)} is missing, and with it what `),
    });
  });

  test('results that were on disk and are gone are told', async () => {
    const disk = await journalDisk();
    edit(disk, OUTPUT, (text) => text.slice(0, 10));

    const error = await rejection(replayJournal(disk, PLACE));

    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/out.ndjson has lost results: it has 10 bytes/),
    });
  });

  test('a result that no sync vouches for is looked at', async () => {
    const done = (n: number, from: number, sum: number): object => ({
      t: 'done',
      n,
      ms: 0,
      from,
      to: from + 2,
      sum,
    });
    const records = [open, start(1), done(1, 0, 0), start(2)];

    const { cut, items: states, output } = await replayJournal(craftedDisk(records, 'a\nb\n'), PLACE);

    expect([cut?.itemsLost, output, states.counts.interrupted]).toEqual([1, 0, 1]);
  });

  test('a gap in the results is told with its place', async () => {
    const records = [
      open,
      start(1),
      { t: 'done', n: 1, ms: 0, from: 2, to: 4, sum: 0 },
      { t: 'sync', output: 4 },
    ];

    const error = await rejection(replayJournal(craftedDisk(records, 'a\nb\n'), PLACE));

    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(
        /gap in its results at .*log-000001.ndjson, in the line that ends at byte \d+$/,
      ),
    });
  });

  test('records that contradict each other are told with their place', async () => {
    const error = await rejection(
      replayJournal(craftedDisk([open, { t: 'skipped', n: 3, ms: 0, reason: '' }], ''), PLACE),
    );

    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/contradicts itself at .*log-000001/),
    });
  });

  test('a damaged held-back result makes its item run again', async () => {
    const disk = craftedDisk(
      [open, start(2), { t: 'held', n: 2, ms: 0, session: 1, at: 0, size: 2, sum: 1 }],
      '',
    );
    disk.put(`${PLACE.folder}/held-000001.ndjson`, Buffer.from('b\n'));

    const { heldLost, items: states } = await replayJournal(disk, PLACE);

    expect([heldLost, states.counts.held]).toEqual([1, 0]);
  });
});

describe('describeCut', () => {
  test('says what a cut means', () => {
    expect(describeCut({ path: 'j/log-000001.ndjson', at: 90, bytes: 1200, itemsLost: 3 })).toBe(
      'j/log-000001.ndjson is damaged or torn at byte 90: 1,200 bytes were cut off, 3 items that had ended run again',
    );
  });
});
