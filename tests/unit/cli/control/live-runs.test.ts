import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quoteCommand } from '../../../../src/cli/control/command-line.ts';
import { processOf } from '../../../../src/cli/control/find-run.ts';
import { describeLiveRuns, findLiveRuns, type LiveRun } from '../../../../src/cli/control/live-runs.ts';
import { sockets } from '../../../../src/cli/control/places.ts';
import type { RunStatus } from '../../../../src/cli/control/protocol.ts';
import { type Serving, serve } from '../../../../src/cli/control/serve.ts';
import { statusTable } from '../../../../src/cli/control/status-table.ts';
import { rejection } from '../../../support/rejection.ts';
import { FakeTicks } from '../fake-ticks.ts';

const status: RunStatus = {
  pid: 34,
  command: 'greenpool x.ts',
  state: 'paused',
  started: '2030-01-01T00:00:00.000Z',
  elapsed: 61_000,
  done: 1234,
  failed: 5,
  skipped: 0,
  cancelled: 0,
  retried: 0,
  running: 2,
  waiting: 90,
  size: 10,
  perSecond: 20.2,
  rate: null,
};

let base = '';
let serving: Serving | undefined;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'greenpool-'));
});
afterEach(() => {
  serving?.close();
  serving = undefined;
  rmSync(base, { recursive: true, force: true });
});

/** Process 12 lives, 34 lives and listens, 56 is dead. All have a socket. */
async function setUp() {
  const places = sockets({ uid: process.getuid?.() ?? 0, env: {}, temporary: base });
  const pathOf = (pid: number): string => places.own(pid).paths[0] ?? '';
  for (const pid of [12, 56]) writeFileSync(pathOf(pid), '');
  serving = await serve({ path: pathOf(34), answer: () => ({ status }), ticks: new FakeTicks() });
  const processes = { isAlive: ({ pid }: { readonly pid: number }) => pid !== 56 };
  return { pathOf, parts: { places, processes, ticks: new FakeTicks() } };
}

describe('findLiveRuns', () => {
  test('finds those that listen, and removes the sockets of the dead', async () => {
    const { parts, pathOf } = await setUp();

    const runs = await findLiveRuns(parts);

    expect(runs).toEqual([{ pid: 34, path: pathOf(34), status }]);
    expect([12, 34, 56].map((pid) => existsSync(pathOf(pid)))).toEqual([true, true, false]);
  });
});

describe('processOf', () => {
  test('a number is a process id', async () => {
    const { parts } = await setUp();

    expect(await processOf('12', parts)).toBe(12);
  });

  test('the folder of a journal names the process that has its lock', async () => {
    const { parts } = await setUp();
    const journal = join(base, 'run.gpj');
    mkdirSync(journal);
    for (const [name, text] of [
      ['meta.json', '{}'],
      ['lock-56-a.1-00', 'held 2030'],
      ['lock-12-a.1-01', ''],
      ['lock-34-a.1-02', 'held 2030'],
    ] as const) {
      writeFileSync(join(journal, name), text);
    }

    expect(await processOf(journal, parts)).toBe(34);
  });

  test.each([
    [
      'nowhere',
      /is no process id, and no journal: no such file or directory; live runs are:\n {2}34 {2}greenpool x\.ts$/,
    ],
    ['.', /is a folder, and no process that lives writes a journal there; live runs are:\n/],
  ])('%s is none, and the error names the runs there are', async (name, message) => {
    const { parts } = await setUp();

    expect(await rejection(processOf(join(base, name), parts))).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});

describe('describeLiveRuns', () => {
  test('says where it has looked when there are none', async () => {
    const { parts } = await setUp();

    expect(describeLiveRuns([], parts.places)).toMatch(/^no run of this user listens in .*\/greenpool-\d+$/);
  });
});

describe('statusTable', () => {
  test('has a row for each run, also for one that does not answer', () => {
    const runs: LiveRun[] = [
      { pid: 34, path: '', status: { ...status, command: 'greenpool\tx.ts' } },
      { pid: 7, path: '', status: undefined },
    ];

    expect(statusTable(runs).split('\n')).toEqual([
      'PID  STATE       ELAPSED   DONE  FAILED  RUNNING  WAITING  RATE  COMMAND',
      ' 34  paused     1 m 01 s  1,234       5     2/10       90  20/s  greenpool x.ts',
      '  7  no answer         -      -       -        -        -     -',
    ]);
  });
});

describe('quoteCommand', () => {
  test('quotes what a shell would take for something else', () => {
    expect(quoteCommand(['greenpool', 'a.ts', '-j', '4', ':::', "it's", '', '$x'])).toBe(
      `greenpool a.ts -j 4 ::: 'it'\\''s' '' '$x'`,
    );
  });

  test('cuts thousands of items off', () => {
    expect(quoteCommand(Array(5000).fill('item'))).toHaveLength(1003);
  });
});
