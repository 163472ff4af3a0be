// The declarations in the tarball, compiled as users compile them, with `skipLibCheck` off.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const { GREENPOOL_FULL: full, GREENPOOL_ROOT: root } = process.env;
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

for (const [name, fact] of [
  ['nodenext', 'compile under nodenext with the types of Node'],
  ['nodenext-cjs', 'compile under nodenext from a CommonJS module'],
  ['bundler', 'compile under bundler with the types of a browser and no others'],
]) {
  test(`the declarations ${fact}`, () => {
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', `tsconfig.${name}.json`], {
      cwd: full,
      encoding: 'utf8',
    });

    assert.equal(stdout, '');
    assert.equal(status, 0);
  });
}
