import { describe, expect, test } from 'vitest';
import type { CliError } from '../../../../src/cli/cli-error.ts';
import type { SyncMode } from '../../../../src/cli/journal/commit-parts.ts';
import { GroupCommit } from '../../../../src/cli/journal/group-commit.ts';
import type { JournalFile } from '../../../../src/cli/journal/journal-files.ts';
import type { LogFiles } from '../../../../src/cli/journal/log-files.ts';
import type { JournalRecord } from '../../../../src/cli/journal/records.ts';
import { ManualClock, settle } from '../../../../src/testing/index.ts';
import { rejection } from '../../../support/rejection.ts';

const record: JournalRecord = { t: 'skipped', n: 1, ms: 0, reason: 'r' };
const farewell: JournalRecord = { t: 'close', ms: 1, left: true };
const full = Object.assign(new Error('ENOSPC'), { errno: -28, code: 'ENOSPC' });

function setUp(sync: SyncMode, failing: Partial<Record<string, Error>> = {}, onCall = (_what: string) => {}) {
  const calls: string[] = [];
  const file = (path: string): JournalFile => {
    const call = async (what: string): Promise<void> => {
      calls.push(what);
      onCall(what);
      const error = failing[what.split(':')[0] ?? ''];
      if (error !== undefined) throw error;
    };
    return {
      path,
      append: (bytes) => call(`write ${path}: ${describeLines(String(bytes))}`),
      datasync: () => call(`sync ${path}`),
      close: () => call(`close ${path}`),
    };
  };
  const clock = new ManualClock();
  const failures: CliError[] = [];
  // Of the log only what it shares with a file is used.
  const files = { output: file('out'), held: undefined, log: file('log') as unknown as LogFiles };
  const onFailure = (error: CliError): void => void failures.push(error);
  const commit = new GroupCommit(files, { chain: 0, output: 0 }, { sync, onFailure, clock });
  return { calls, clock, commit, failures };
}

function describeLines(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines
    .map((line) => (line.startsWith('{"crc"') ? (JSON.parse(line) as { t: string }).t : line))
    .join();
}

const entry = (output: string) => ({ record, output, extent: { output: output.length, ended: 1 } });

describe('GroupCommit, batch', () => {
  test('writes the results of a turn, then their records, and syncs 50 ms later', async () => {
    const { calls, clock, commit } = setUp('batch');
    commit.push(entry('1\n'));
    commit.push(entry('2\n'));
    await settle();

    expect(calls.splice(0)).toEqual(['write out: 1,2', 'write log: skipped,skipped']);

    await clock.advance(49);
    expect(calls).toEqual([]);

    await clock.advance(1);
    expect(calls).toEqual(['sync out', 'write log: sync', 'sync log']);
    expect(clock.pending).toBe(0);
  });

  test('tells a record written, then durable', async () => {
    const { clock, commit } = setUp('batch');
    const told: string[] = [];
    const position = commit.push(entry('1\n'));
    void commit.whenSettled(position).then(() => told.push('written'));
    void commit.whenDurable(position).then(() => told.push('durable'));

    await settle();
    expect([told, commit.written.ended, commit.durable.ended]).toEqual([['written'], 1, 0]);
    await clock.advance(50);

    expect([told, commit.durable.ended]).toEqual([['written', 'durable'], 1]);
  });

  test('syncs at once after a megabyte', async () => {
    const { calls, commit } = setUp('batch');

    commit.push(entry('x'.repeat(1024 * 1024)));
    await settle();

    expect(calls.at(-1)).toBe('sync log');
  });

  test('what comes during a sync is durable by the next', async () => {
    let late: number | undefined;
    const { clock, commit } = setUp('batch', {}, (what) => {
      if (what === 'sync out') late ??= commit.push(entry('2\n'));
    });
    commit.push(entry('1\n'));
    await clock.advance(50);
    const told: string[] = [];
    void commit.whenSettled(late ?? 0).then(() => told.push('written'));
    void commit.whenDurable(late ?? 0).then(() => told.push('durable'));

    await settle();
    expect(told).toEqual(['written']);
    await clock.advance(50);
    expect(told).toEqual(['written', 'durable']);
  });
});

describe('GroupCommit, always and none', () => {
  test('always syncs without waiting for time to pass', async () => {
    const { calls, commit } = setUp('always');

    await Promise.all([commit.whenDurable(commit.push(entry('1\n')))]);

    expect(calls).toEqual(['write out: 1', 'write log: skipped', 'sync out', 'write log: sync', 'sync log']);
  });

  test('none never syncs, and takes the word of the system', async () => {
    const { calls, commit, clock } = setUp('none');

    await commit.whenDurable(commit.push(entry('1\n')));
    await commit.close(farewell);

    expect(calls).toEqual(['write out: 1', 'write log: skipped', 'close out', 'close log']);
    expect(clock.pending).toBe(0);
  });
});

describe('GroupCommit, when the disk is full', () => {
  test.each(['write out', 'write log', 'sync out', 'sync log'])(
    '%s: told once, then nothing',
    async (what) => {
      const { calls, commit, failures } = setUp('always', { [what]: full });
      const position = commit.push(entry('1\n'));
      const error = await rejection(commit.whenDurable(position));
      const callsBefore = calls.length;
      const late = commit.push(entry('2\n'));
      await settle();

      expect(failures).toEqual([error]);
      expect(error).toMatchObject({
        exitCode: 4,
        message: `cannot ${what}: no space left on device`,
      });
      await commit.whenSettled(late);
      expect(commit.failure).toBe(error);
      expect(commit.durable.ended).toBe(0);
      expect(calls).toHaveLength(callsBefore);
      await commit.close(farewell);
      // The log is whole, or it may not be.
      const lastWords = what.endsWith('out') ? ['write log: close', 'sync log'] : [];
      expect(calls.slice(callsBefore)).toEqual([...lastWords, 'close out', 'close log']);
    },
  );

  test('nobody waits for room any more', async () => {
    const { commit } = setUp('batch', { 'write out': full });
    commit.push(entry('x'.repeat(2 * 1024 * 1024)));
    expect(commit.isFull).toBe(true);

    await commit.waitForRoom();

    expect(commit.isFull).toBe(false);
  });
});

describe('GroupCommit.close', () => {
  test('writes and syncs what is left', async () => {
    const { calls, clock, commit } = setUp('batch');
    const position = commit.push(entry('1\n'));

    await commit.close(farewell);
    await commit.whenDurable(position);

    expect(calls.slice(-3)).toEqual(['sync log', 'close out', 'close log']);
    expect(clock.pending).toBe(0);
  });
});
