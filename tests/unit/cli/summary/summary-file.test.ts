import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import { findSources } from '../../../../src/cli/input/source.ts';
import { RUN_OPTIONS } from '../../../../src/cli/options.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { SummaryFile } from '../../../../src/cli/summary/summary-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenpool-summary-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const initials = Object.fromEntries(
  Object.entries(RUN_OPTIONS).map(([name, { initial }]) => [name, initial]),
);

function open(name: string, given: object = {}, input?: string): SummaryFile {
  const sources = input === undefined ? [] : findSources([at(input)], process.stdin);
  // The table has a row for every option.
  return new SummaryFile(at(name), { ...initials, ...given } as never, { sources, module: at('m.mjs') });
}

function write(file: SummaryFile): Promise<void> {
  const end = {
    ...{ tally: new Tally(), elapsed: 0, writeError: undefined, hasCrashed: false, cancelledBy: undefined },
    ...{ isHalted: false, isTimeUp: false, isStuck: false, hasWorkLeft: false, firstLeft: undefined },
    ...{ journal: undefined, failedLost: 0 },
  };
  return file.write({ args: [], version: '1', end, failures: new FailureTable(), exitCode: 0 });
}

const read = (name: string): string => readFileSync(at(name), 'utf8');

describe('SummaryFile', () => {
  test('leaves the file as it is until the new one is whole', async () => {
    writeFileSync(at('sum.json'), 'old', { mode: 0o600 });

    const file = open('sum.json');
    expect(read('sum.json')).toBe('old');
    await write(file);

    expect(JSON.parse(read('sum.json'))).toMatchObject({ ended: 'done', exitCode: 0 });
    expect(statSync(at('sum.json')).mode & 0o777).toBe(0o600);
  });

  test('makes no file before the run has ended', () => {
    open('sum.json');

    expect(statSync(at('sum.json'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('goes where a link leads, and leaves the link', async () => {
    mkdirSync(at('sub'));
    writeFileSync(at('sub/real.json'), 'old');
    symlinkSync(at('sub/real.json'), at('sum.json'));

    await write(open('sum.json'));

    expect(read('sub/real.json')).toContain('"ended": "done"');
  });

  test('refuses what the run reads or writes for something else', () => {
    writeFileSync(at('in.txt'), 'a\n');
    writeFileSync(at('m.mjs'), '');
    symlinkSync(folder, at('link'));

    expect(() => open('in.txt', {}, 'in.txt')).toThrow(/cannot write .*in\.txt: it is also an input/);
    expect(() => open('m.mjs')).toThrow(/it is the module/);
    expect(() => open('new.json', { output: at('new.json') })).toThrow(/other output goes there too/);
    expect(() => open('new.json', { failed: at('link/new.json') })).toThrow(/other output goes there too/);
  });

  test('refuses what cannot be replaced', () => {
    mkdirSync(at('folder'));
    symlinkSync('/dev/null', at('null'));

    expect(() => open('folder')).toThrow(/it is a directory/);
    expect(() => open('null')).toThrow(/it is no ordinary file/);
    expect(() => open('none/sum.json')).toThrow(/no such file or directory/);
  });

  test('tells when it cannot be written after all', async () => {
    mkdirSync(at('sub'));
    const file = open('sub/sum.json');
    rmSync(at('sub'), { recursive: true });

    await expect(write(file)).rejects.toThrow(/cannot write .*sum\.json: no such file or directory/);
  });
});
