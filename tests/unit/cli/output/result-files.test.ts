import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Item } from '../../../../src/cli/input/item.ts';
import { jsonEncoder } from '../../../../src/cli/output/encoder.ts';
import { NO_RECORD } from '../../../../src/cli/output/records.ts';
import { type FileForm, ResultFiles } from '../../../../src/cli/output/result-files.ts';

const root = mkdtempSync(join(tmpdir(), 'greenpool-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const form: FileForm = { ...jsonEncoder, nameOf: ({ id }) => String(id) };

function itemOf(id: number): Item {
  return { id, value: id, error: undefined, line: id, source: undefined, raw: String(id) };
}

describe('ResultFiles', () => {
  test('a file for each record, and none beside them', async () => {
    const folder = join(root, 'a/b');
    const files = new ResultFiles(folder, form, () => {});

    void files.put(itemOf(1), '1\n');
    void files.put(itemOf(20), '{"a":2}\n');
    await files.finish();

    expect(readdirSync(folder).sort()).toEqual(['1.json', '20.json']);
    expect(readFileSync(join(folder, '20.json'), 'utf8')).toBe('{"a":2}\n');
  });

  test('two items of one name write one file, whole', async () => {
    const folder = join(root, 'equal');
    const failures: unknown[] = [];
    const files = new ResultFiles(folder, { ...form, nameOf: () => 'same' }, (error) => failures.push(error));

    for (let id = 1; id <= 20; id += 1) void files.put(itemOf(id), '"same"\n');
    await files.finish();

    expect([readdirSync(folder), failures]).toEqual([['same.json'], []]);
  });

  test('an item without a record takes away the file of an earlier run', async () => {
    const folder = join(root, 'stale');
    const files = new ResultFiles(folder, form, () => {});
    writeFileSync(join(folder, '3.json'), 'old');

    void files.put(itemOf(3), NO_RECORD);
    await files.finish();

    expect(readdirSync(folder)).toEqual([]);
  });

  test('an item keeps its place until its file is there', async () => {
    const folder = join(root, 'placed');
    const files = new ResultFiles(folder, form, () => {});

    const placed = files.put(itemOf(1), '1\n');
    expect(readdirSync(folder)).not.toContain('1.json');
    await placed;

    expect(readdirSync(folder)).toEqual(['1.json']);
  });

  test('a folder that is gone is a failure, told to whoever listens', async () => {
    const failures: unknown[] = [];
    const folder = join(root, 'gone');
    const files = new ResultFiles(folder, form, (error) => failures.push(error));
    rmSync(folder, { recursive: true });

    void files.put(itemOf(1), '1\n');
    await files.finish();

    expect(failures).toMatchObject([{ code: 'ENOENT' }]);
  });

  test('a file in the place of the folder is refused', () => {
    const path = join(root, 'file');
    writeFileSync(path, '');

    expect(() => new ResultFiles(path, form, () => {})).toThrow(`cannot write ${path}: file already exists`);
  });
});
