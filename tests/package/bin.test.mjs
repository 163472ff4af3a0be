// The command line in the tarball, as npm links it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const { GREENPOOL_FULL: full } = process.env;
const bin = join(full, 'node_modules', '.bin', 'greenpool');

function greenpool(args, input = '') {
  const shell = process.platform === 'win32';
  return spawnSync(bin, args, { cwd: full, encoding: 'utf8', input, shell });
}

test('greenpool --version prints the version of the package', () => {
  const { version } = JSON.parse(
    readFileSync(join(full, 'node_modules', 'greenpool', 'package.json'), 'utf8'),
  );

  const { status, stdout, stderr } = greenpool(['--version']);

  assert.equal(stdout.trim(), version, stderr);
  assert.equal(status, 0);
});

test('greenpool --help names the run command', () => {
  const { status, stdout, stderr } = greenpool(['--help']);

  assert.match(stdout, /\brun\b/, stderr);
  assert.equal(status, 0);
});

for (const module of ['double.mjs', 'double.ts']) {
  test(`greenpool run ${module} maps lines in to lines out, in order`, () => {
    const { status, stdout, stderr } = greenpool(['run', module, '-k', '-j', '2'], '1\n2\n3\n');

    assert.equal(stdout, '2\n4\n6\n', stderr);
    assert.equal(status, 0);
  });
}
