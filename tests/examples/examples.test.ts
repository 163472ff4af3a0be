import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { outputs } from './outputs.ts';
import { runAsUser, runInVirtualTime } from './run.ts';

const folder = resolve(import.meta.dirname, '..', '..', 'examples');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .sort();

test('every example has an expected output, and every expected output an example', () => {
  expect(files).toEqual(Object.keys(outputs).sort());
});

describe.each(files)('%s', (file) => {
  const path = join(folder, file);
  // A file without an expectation fails here too, whatever it prints.
  const expected = outputs[file] ?? ['an expected output in outputs.ts'];

  test('prints, in order, what a reader expects', async () => {
    expect(await runInVirtualTime(pathToFileURL(path).href)).toEqual(expected);
  });

  // On a busy machine real timers may come late and change places; what is printed, and the end, stay.
  test('run by a user, prints the same lines, warns of nothing and ends by itself', async () => {
    const { lines, stderr, exitCode } = await runAsUser(path);

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(lines.sort()).toEqual(expected.toSorted());
  });

  test('is short and starts with a comment that says what it shows', () => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');

    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^\/\/ [A-Z]/);
  });
});
