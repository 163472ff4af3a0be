// Tests the tarball as a user gets it: packs dist/, installs it into empty projects, runs tests/package there.
// Nothing is downloaded: the two packages that the command line needs are linked from our own node_modules.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { npm, pack } from './pack.mjs';

const root = resolve(import.meta.dirname, '..');
const temp = realpathSync(mkdtempSync(join(tmpdir(), 'greenpool-package-')));
try {
  const tarball = pack(temp);
  const full = project('full', [tarball, ...dependencies()]);
  // Here greenpool is alone: had its core imported any package, it would not load.
  const alone = project('alone', []);
  cpSync(join(full, 'node_modules', 'greenpool'), join(alone, 'node_modules', 'greenpool'), {
    recursive: true,
  });
  process.exitCode = runTests({ GREENPOOL_FULL: full, GREENPOOL_ALONE: alone, GREENPOOL_ROOT: root });
} finally {
  rmSync(temp, { recursive: true, force: true });
}

function project(name, packages) {
  const folder = join(temp, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, private: true, type: 'module' })}\n`);
  cpSync(join(root, 'tests', 'package', 'fixtures'), folder, { recursive: true });
  if (packages.length > 0) {
    npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], folder);
  }
  return folder;
}

function dependencies() {
  const linked = [
    'commander',
    'csv-parse',
    'csv-stringify',
    'jiti',
    'piscina',
    '@types/node',
    'undici-types',
  ];
  return linked.map((name) => join(root, 'node_modules', name));
}

function runTests(variables) {
  const folder = join(root, 'tests', 'package');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
  const reporter = join(import.meta.dirname, 'node-test-reporter.mjs');
  const { status } = spawnSync(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stderr',
      ...files.map((name) => join(folder, name)),
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...variables } },
  );
  return files.length === 0 ? 1 : (status ?? 1);
}
