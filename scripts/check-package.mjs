// Lints the tarball itself: publint for the manifest, attw for how types resolve. dist/ must be built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack.mjs';

const temp = mkdtempSync(join(tmpdir(), 'greenpool-lint-'));
try {
  const tarball = pack(temp);
  run('publint', ['run', tarball, '--strict']);
  run('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii', '--no-summary']);
} finally {
  rmSync(temp, { recursive: true, force: true });
}

function run(command, args) {
  const { status } = spawnSync('npx', ['--no-install', command, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exitCode = 1;
}
