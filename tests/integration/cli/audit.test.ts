import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const example = resolve(import.meta.dirname, '../../../examples/audit');
const greenpool = useGreenpool({});

const tree: Record<string, string> = {
  'plain/package.json': '{"name":"plain","version":"1.0.0","license":"MIT"}',
  'plain/lib/index.js': 'module.exports = 1;\n',
  'plain/node_modules/nested/package.json': '{"name":"nested","version":"2.0.0","license":"ISC"}',
  '@scope/object/package.json':
    '{"name":"@scope/object","version":"1.0.0","license":{"type":"BSD-2-Clause"}}',
  'array/package.json':
    '{"name":"array","version":"1.0.0","licenses":[{"type":"MIT"},{"type":"Apache-2.0"}]}',
  'none/package.json': '{"name":"none","version":"1.0.0"}',
  'broken/package.json': '{"name":',
  '.cache/no-package/package.json': '{}',
  'no-package/index.js': '',
};

interface Audited {
  path: string;
  licence: string;
  files: number;
  bytes: number;
  sha256: string;
}

async function listPackages(): Promise<string[]> {
  const { findPackages } = await import(join(example, 'packages.mjs'));
  return [...findPackages(greenpool.folder)];
}

async function audit(): Promise<{ packages: Map<string, Audited>; code: number | null; stderr: string }> {
  const input = (await listPackages()).map((path) => `${JSON.stringify({ path })}\n`).join('');
  const { stdout, stderr, code } = await greenpool.run([join(example, 'audit.ts')], input);
  const rows: Audited[] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { packages: new Map(rows.map((row) => [row.path, row])), stderr, code };
}

beforeAll(() => {
  for (const [name, content] of Object.entries(tree)) {
    const path = join(greenpool.folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  symlinkSync('plain', join(greenpool.folder, 'node_modules/zz-linked'), 'junction');
  symlinkSync('..', join(greenpool.folder, 'node_modules/plain/loop'), 'junction');
});

describe('examples/audit', () => {
  test('finds every package once: scoped, nested and linked ones, and nothing else', async () => {
    expect(await listPackages()).toEqual([
      'node_modules/@scope/object',
      'node_modules/array',
      'node_modules/broken',
      'node_modules/none',
      'node_modules/plain',
      'node_modules/plain/node_modules/nested',
    ]);
  });

  test('counts the files of a package without those of packages in it', async () => {
    const { packages } = await audit();

    expect(packages.get('node_modules/plain')).toMatchObject({ files: 3, licence: 'MIT' });
    expect(packages.get('node_modules/plain/node_modules/nested')).toMatchObject({ files: 1, bytes: 51 });
  });

  test('reads every form in which a licence is stated', async () => {
    const { packages } = await audit();
    const licences = [...packages].map(
      ([path, { licence }]) => `${path.replace('node_modules/', '')}: ${licence}`,
    );

    expect(licences.sort()).toEqual([
      '@scope/object: BSD-2-Clause',
      'array: MIT OR Apache-2.0',
      'none: none stated',
      'plain/node_modules/nested: ISC',
      'plain: MIT',
    ]);
  });

  test('gives the same hash each time, and another one for another content', async () => {
    const before = await audit();
    const again = await audit();
    writeFileSync(join(greenpool.folder, 'node_modules/none/new.js'), '');
    const after = await audit();
    const changed = [...after.packages.keys()].filter(
      (path) => before.packages.get(path)?.sha256 !== after.packages.get(path)?.sha256,
    );

    expect(again.packages).toEqual(before.packages);
    expect(changed).toEqual(['node_modules/none']);
  });

  test('a package that cannot be read is a failure of its own', async () => {
    const { code, stderr } = await audit();

    expect(stderr).toContain('1 failed');
    expect(code).toBe(1);
  });
});
