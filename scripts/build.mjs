// Compiles src/ into dist/, then removes what an earlier build left there and this one did not write:
// a stale file would be packed. Nothing is deleted first, so a reader of dist/ never finds it empty.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const { status, stdout } = spawnSync(
  process.execPath,
  [tsc, '-p', 'tsconfig.build.json', '--listEmittedFiles', '--pretty', 'false'],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);

const emitted = new Set();
for (const line of stdout.split(/\r?\n/)) {
  if (line.startsWith('TSFILE: ')) emitted.add(resolve(root, line.slice('TSFILE: '.length)));
  else if (line !== '') console.error(line);
}
if (status !== 0) process.exit(status ?? 1);

const dist = join(root, 'dist');
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (entry.isFile() && !emitted.has(file)) rmSync(file, { force: true });
}
for (const folder of emptyFolders(dist)) rmSync(folder, { recursive: true, force: true });

const bin = join(dist, 'cli', 'main.js');
if (existsSync(bin)) chmodSync(bin, 0o755);

function emptyFolders(top) {
  const kept = new Set([...emitted].flatMap((file) => parents(file, top)));
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((folder) => !kept.has(folder));
}

function parents(file, top) {
  const folders = [];
  for (let folder = dirname(file); folder !== top; folder = dirname(folder)) folders.push(folder);
  return folders;
}
