import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { runAsUser } from './run.ts';

const examples = resolve(import.meta.dirname, '../../examples/threads');
// Beside the library as it was translated for this run: threads load it from files, by its name.
const folder = join(resolve(dirname(inject('greenpoolMain')), '../..'), 'examples');
beforeAll(() => cpSync(examples, folder, { recursive: true }));

const run = (file: string, ...args: string[]): ReturnType<typeof runAsUser> =>
  runAsUser(join(folder, file), args, {});

describe('examples/threads', () => {
  test('hash-tree.ts prints the hash of each file, in order', async () => {
    const tree = { 'a.txt': 'first', 'b/c.txt': 'second', 'd.txt': '' };
    for (const [name, content] of Object.entries(tree)) {
      const path = join(folder, 'tree', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }

    const { lines, stderr, exitCode } = await run('hash-tree.ts', join(folder, 'tree'));

    const hash = (content: string): string => createHash('sha256').update(content).digest('hex');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(lines).toEqual(Object.entries(tree).map(([name, content]) => `${hash(content)}  ${name}`));
  });

  test('thumbnails.ts prints the size and a pixel of each thumbnail, and keeps no byte of an image', async () => {
    const { lines, stderr, exitCode } = await run('thumbnails.ts');

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(lines).toEqual([
      ...[0, 20, 40, 60, 80, 100].map((green) => `160 x 90, the last pixel is 239 ${green} 128 255`),
      '6 images sent; bytes of them that are still here: 0',
    ]);
  });

  test.each(readdirSync(examples))(
    '%s is short and starts with a comment that says what it shows',
    (file) => {
      const lines = readFileSync(join(examples, file), 'utf8').trimEnd().split('\n');

      expect(lines.length).toBeLessThanOrEqual(40);
      expect(lines[0]).toMatch(/^\/\/ [A-Z]/);
    },
  );
});
