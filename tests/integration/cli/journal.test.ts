import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFiles } from '../../../src/cli/journal/node-files.ts';
import { openSession } from '../../../src/cli/journal/open-session.ts';
import { systemProcesses } from '../../../src/cli/journal/process-identity.ts';
import { hashModule } from '../../../src/cli/journal/spec.ts';
import { rejection } from '../../support/rejection.ts';

const root = join(import.meta.dirname, '../../..');
const ITEMS = 3000;
const SIZE = 4;
const KILLS = 5;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenpool-journal-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function startChild(order: string): { child: ChildProcess; locked: Promise<void>; ended: Promise<string> } {
  const jiti = join(root, 'node_modules/jiti/lib/jiti-register.mjs');
  const script = join(import.meta.dirname, 'journal-child.ts');
  const child = spawn(process.execPath, ['--import', jiti, script, order, String(ITEMS)], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const locked = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(stderr)));
  return { child, locked, ended };
}

/** What was started in the ledger's lines, and of that what was not safe. */
function readLedger(lines: readonly string[]): { started: string[]; unsafe: string[] } {
  const of = (verb: string): string[] =>
    lines.filter((line) => line.startsWith(verb)).map((line) => line.slice(verb.length + 1));
  const [started, safe] = [of('start'), new Set(of('safe'))];
  return { started, unsafe: started.filter((item) => !safe.has(item)) };
}

function ledgerLines(): string[] {
  try {
    return readFileSync(join(folder, 'ledger'), 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

describe('a process that is killed', () => {
  test.each(['unordered', 'ordered'])(
    '%s: leaves a journal that loses and repeats nothing',
    async (order) => {
      let seen = 0;
      const excused: string[] = [];
      let kills = 0;
      for (; kills < KILLS; kills += 1) {
        const { child, locked, ended } = startChild(order);
        await Promise.race([locked, ended]);
        await sleep(20 + Math.random() * 150);
        child.kill('SIGKILL');
        expect(await ended).toBe('');
        const lines = ledgerLines();
        const { unsafe } = readLedger(lines.slice(seen));
        seen = lines.length;
        expect(unsafe.length).toBeLessThanOrEqual(SIZE);
        excused.push(...unsafe);
      }
      expect(await startChild(order).ended).toBe('');

      const output = readFileSync(join(folder, 'w/out.ndjson'), 'utf8').split('\n').slice(0, -1);
      const expected = Array.from({ length: ITEMS }, (_, index) => `item ${index}`);
      const number = (line: string): number => Number(line.slice('item '.length));
      if (order === 'unordered') output.sort((a, b) => number(a) - number(b));
      expect(output).toEqual(expected);
      const { started } = readLedger(ledgerLines());
      process.stdout.write(
        `${order}: ${kills} kills, ${started.length - ITEMS} of ${ITEMS} items ran again\n`,
      );
      expect(started.length).toBeLessThanOrEqual(ITEMS + excused.length);
    },
    90_000,
  );

  test('its lock is taken over; that of a living one is not', async () => {
    const first = startChild('unordered');
    await first.locked;
    first.child.kill('SIGSTOP');
    const message = await startChild('unordered').ended;
    first.child.kill('SIGKILL');
    await first.ended;
    const third = startChild('unordered');

    expect(message).toMatch(new RegExp(`run.gpj is in use by process ${first.child.pid}`));
    expect(await third.ended).toBe('');
    expect(readdirSync(join(folder, 'w/run.gpj')).filter((name) => name.startsWith('lock'))).toEqual([]);
  }, 60_000);
});

describe('a full disk', () => {
  test('stops the writer with exit code 4, told once', async () => {
    const journal = join(folder, 'run.gpj');
    await nodeFiles.makeFolder(journal);
    symlinkSync('/dev/full', join(folder, 'out'));
    const failures: unknown[] = [];
    const { writer } = await openSession(
      nodeFiles,
      { folder: journal, output: join(folder, 'out') },
      { ordered: false, sync: 'batch', onFailure: (error) => failures.push(error) },
    );
    const begun = writer.start(1, '="a"');
    const error = await rejection(writer.whenDurable(writer.end(begun, { status: 'done' }, 'a\n')));
    await writer.close({ hasWorkLeft: false });

    expect(failures).toEqual([error]);
    expect(error).toMatchObject({
      exitCode: 4,
      message: `cannot write ${folder}/out: no space left on device`,
    });
    expect(writer.ended).toEqual({ taken: 1, written: 0, durable: 0 });
  });
});

describe('nodeFiles', () => {
  test('reads pieces, cuts and tells sizes', async () => {
    const path = join(folder, 'f');
    writeFileSync(path, 'abcdef');
    await nodeFiles.truncate(path, 5);

    expect(String(await nodeFiles.read(path, 3, 100))).toBe('de');
    expect(await nodeFiles.size(path)).toBe(5);
    expect(await nodeFiles.size(`${path}.none`)).toBeUndefined();
    expect(await nodeFiles.list(`${path}.none`)).toEqual([]);
    await nodeFiles.syncFolder(folder);
  });

  test('appends to what is there, or empties it', async () => {
    const path = join(folder, 'f');
    for (const mode of ['append', 'append', 'empty'] as const) {
      const file = await nodeFiles.open(path, mode);
      await file.append(Buffer.from('x'));
      await file.append(Buffer.from('y'));
      await file.datasync();
      await file.close();
      if (mode === 'append') continue;
      expect(readFileSync(path, 'utf8')).toBe('xy');
    }
  });
});

describe('hashModule', () => {
  test('is that of the content', async () => {
    const path = join(folder, 'check.ts');
    writeFileSync(path, 'export default 1;');
    const before = await hashModule(path);
    writeFileSync(path, 'export default 2;');

    expect(before).toMatch(/^[\w-]{43}$/);
    expect(await hashModule(path)).not.toBe(before);
  });
});

describe('systemProcesses', () => {
  test('this process lives; one of another boot, or with no process, does not', () => {
    const { self } = systemProcesses;

    expect(systemProcesses.isAlive(self)).toBe(true);
    expect(systemProcesses.isAlive({ pid: 2 ** 22 + 1, birth: '' })).toBe(false);
    if (self.birth !== '')
      expect(systemProcesses.isAlive({ pid: self.pid, birth: 'ffffffff.0.0.1' })).toBe(false);
  });
});
