// The reference in docs/CLI.md says what the parser says, and its recipes do what they promise.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RUN_OPTIONS } from '../src/cli/options.ts';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'CLI.md'), 'utf8');

describe('docs/CLI.md', () => {
  test('has the reference that npm run docs:cli would write', () => {
    const script = join(root, 'scripts', 'cli-docs.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('has every option of a run', () => {
    expect(Object.values(RUN_OPTIONS).filter(({ flags }) => !page.includes(`| \`${flags}\` |`))).toEqual([]);
  });
});
