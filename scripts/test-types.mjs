// Checks tests/types/*.test-d.ts with our own compiler against the sources; then, with each other compiler that
// GREENPOOL_TYPESCRIPTS lists, against the built declarations, as a user's compiler meets them. The list holds the
// folders of installed `typescript` packages. One file under one compiler is one test.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';
import { report } from './report.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'tests', 'types');

const files = readdirSync(folder).filter((name) => name.endsWith('.test-d.ts'));
const others = (process.env.GREENPOOL_TYPESCRIPTS ?? '').split(delimiter).filter((path) => path !== '');
const runs = [
  { compiler: join(root, 'node_modules', 'typescript'), project: 'tsconfig.types.json' },
  ...others.map((compiler) => ({ compiler, project: 'tsconfig.types-dist.json' })),
];

const counts = { passed: 0, failed: 0 };
for (const { compiler, project } of runs) {
  const failed = check(compiler, project);
  counts.failed += failed;
  counts.passed += files.length - Math.min(failed, files.length);
}
report('types', counts);
console.log(`type tests: ${counts.passed} passed, ${counts.failed} failed`);
if (files.length === 0) console.error('type tests: no file matches tests/types/*.test-d.ts');
process.exitCode = counts.failed > 0 || files.length === 0 ? 1 : 0;

/** @returns how many files have an error; an error outside them counts as one file more */
function check(compiler, project) {
  const { version, bin } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8'));
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(compiler, bin.tsc), '--noEmit', '--pretty', 'false', '-p', project],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const bad = new Set([...stdout.matchAll(/^(\S[^(\n]*)\(\d+,\d+\): error/gm)].map((match) => match[1]));
  if (status !== 0) process.stderr.write(stdout);
  console.log(`${relative(root, folder)} with TypeScript ${version}: ${status === 0 ? 'ok' : 'errors'}`);
  return status === 0 ? 0 : Math.max(1, bad.size);
}
