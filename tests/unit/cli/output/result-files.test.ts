import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonEncoder } from '../../../../src/cli/output/encoder.ts';
import { NO_RECORD } from '../../../../src/cli/output/records.ts';
import { ResultFiles } from '../../../../src/cli/output/result-files.ts';

const root = mkdtempSync(join(tmpdir(), 'greenpool-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('ResultFiles', () => {
  test('a file for each record, and none beside them', async () => {
    const folder = join(root, 'a/b');
    const files = new ResultFiles(folder, jsonEncoder, () => {});

    void files.put({ id: 1 }, '1\n');
    void files.put({ id: 20 }, '{"a":2}\n');
    await files.finish();

    expect(readdirSync(folder).sort()).toEqual(['1.json', '20.json']);
    expect(readFileSync(join(folder, '20.json'), 'utf8')).toBe('{"a":2}\n');
  });

  test('an item without a record takes away the file of an earlier run', async () => {
    const folder = join(root, 'stale');
    const files = new ResultFiles(folder, jsonEncoder, () => {});
    writeFileSync(join(folder, '3.json'), 'old');

    void files.put({ id: 3 }, NO_RECORD);
    await files.finish();

    expect(readdirSync(folder)).toEqual([]);
  });

  test('an item keeps its place until its file is there', async () => {
    const folder = join(root, 'placed');
    const files = new ResultFiles(folder, jsonEncoder, () => {});

    const placed = files.put({ id: 1 }, '1\n');
    expect(readdirSync(folder)).not.toContain('1.json');
    await placed;

    expect(readdirSync(folder)).toEqual(['1.json']);
  });

  test('a folder that is gone is a failure, told to whoever listens', async () => {
    const failures: unknown[] = [];
    const folder = join(root, 'gone');
    const files = new ResultFiles(folder, jsonEncoder, (error) => failures.push(error));
    rmSync(folder, { recursive: true });

    void files.put({ id: 1 }, '1\n');
    await files.finish();

    expect(failures).toMatchObject([{ code: 'ENOENT' }]);
  });

  test('a file in the place of the folder is refused', () => {
    const path = join(root, 'file');
    writeFileSync(path, '');

    expect(() => new ResultFiles(path, jsonEncoder, () => {})).toThrow(
      `cannot write ${path}: file already exists`,
    );
  });
});
