// The packed tarball, installed: what a user's program can load, and what it cannot.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const { GREENPOOL_FULL: full, GREENPOOL_ALONE: alone } = process.env;

function run(folder, file) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

test('import gives every door', () => {
  assert.deepEqual(run(full, 'import.mjs'), { status: 0, stdout: '2,4,6', stderr: '' });
});

test('require() gives the same module as import', () => {
  const { status, stdout, stderr } = run(full, 'require.cjs');

  // Node 20.19 and 22 load ESM by require(), but some versions of them say that they are still trying it out.
  assert.equal(stdout, '2,4,6', stderr);
  assert.equal(status, 0);
});

test('the library loads where no other package is installed', () => {
  assert.deepEqual(run(alone, 'import.mjs'), { status: 0, stdout: '2,4,6', stderr: '' });
});

test('a deep import fails', () => {
  const { status, stdout, stderr } = run(full, 'deep-import.mjs');

  assert.equal(stdout, 'ERR_PACKAGE_PATH_NOT_EXPORTED', stderr);
  assert.equal(status, 0);
});

test('greenpool/threads runs tasks of the user in threads', () => {
  assert.deepEqual(run(full, 'threads.mjs'), { status: 0, stdout: '3 object,6 object', stderr: '' });
});

test('greenpool/threads runs tasks in TypeScript, which find the same greenpool', () => {
  assert.deepEqual(run(full, 'threads-typescript.mjs'), { status: 0, stdout: '15 object', stderr: '' });
});

test('greenpool/threads without piscina says what to install', () => {
  const { stdout } = run(alone, 'threads-alone.mjs');

  assert.equal(
    stdout,
    'greenpool/threads runs on the package piscina; install it with: npm install piscina@5',
  );
});
