// `npm start`: audits everything under node_modules with the command line of this package, then shows what it found.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findPackages } from './packages.mjs';
import { report } from './report.mjs';

const root = join(import.meta.dirname, '../..');
const greenpool = join(root, 'dist/cli/main.js');
const output = join(import.meta.dirname, 'out/audit.ndjson');
mkdirSync(join(import.meta.dirname, 'out'), { recursive: true });

const args = ['run', join(import.meta.dirname, 'audit.ts'), '-j', '8', '-o', output];
const child = spawn(process.execPath, [greenpool, ...args], {
  cwd: root,
  stdio: ['pipe', 'inherit', 'inherit'],
});
const exited = once(child, 'exit');
// ctrl-C reaches the child as well. It finishes what it has begun, and so do we.
process.on('SIGINT', () => {});

await pipeline(Readable.from(packageLines()), child.stdin).catch(() => {});
const [code] = await exited;

// 1 is "some items failed": what the others came to is worth showing all the same.
if (code === 0 || code === 1) {
  const packages = readFileSync(output, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  console.log(report(packages));
  console.log(`\nOne line for each package: ${relative(process.cwd(), output)}`);
}
process.exitCode = code ?? 1;

function* packageLines() {
  for (const path of findPackages(root)) yield `${JSON.stringify({ path })}\n`;
}
