import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const LINES_A_CHUNK = 1000;
const LOOK_EVERY = 200;

/** Sends so many lines through a function that does nothing, and tells how much memory that took on the way. */
export async function measureMemory(main: string, folder: string, lines: number): Promise<string[]> {
  writeFileSync(join(folder, 'same.mjs'), 'export default (item) => item;\n');
  const report: string[] = [];
  for (const journal of [[], ['-J', join(folder, 'memory.gpj')]]) {
    const name = journal.length === 0 ? 'without a journal' : 'with a journal';
    report.push(
      `${lines.toLocaleString('en-US')} lines ${name}: ${await measureRun(main, { folder, lines, journal })}`,
    );
  }
  return report;
}

async function measureRun(
  main: string,
  { folder, lines, journal }: { folder: string; lines: number; journal: readonly string[] },
): Promise<string> {
  const output = join(folder, 'memory.ndjson');
  const args = [main, 'run', 'same.mjs', '-o', output, '-q', ...journal];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'inherit', 'inherit'] });
  const exited = once(child, 'exit');
  const sizes: number[] = [];
  const looking = setInterval(() => sizes.push(residentMegabytes(child.pid)), LOOK_EVERY);
  const started = performance.now();
  await pipeline(Readable.from(chunks(lines)), child.stdin);
  const [code] = await exited;
  clearInterval(looking);
  const seconds = (performance.now() - started) / 1000;
  const tenths = Array.from({ length: 10 }, (_, tenth) => Math.max(0, ...partOf(sizes, tenth))).join(', ');
  const speed = Math.round(lines / seconds).toLocaleString('en-US');
  return `exit ${code}, ${statSync(output).size.toLocaleString('en-US')} bytes out, ${speed} lines/s; most MB in each tenth of the time: ${tenths}`;
}

function partOf(sizes: readonly number[], tenth: number): readonly number[] {
  const width = sizes.length / 10;
  return sizes.slice(Math.floor(tenth * width), Math.ceil((tenth + 1) * width));
}

function residentMegabytes(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    // It has ended; or the system is one that tells it in another way.
    return 0;
  }
}

function* chunks(lines: number): Generator<string> {
  for (let from = 0; from < lines; from += LINES_A_CHUNK) {
    const count = Math.min(LINES_A_CHUNK, lines - from);
    yield Array.from(
      { length: count },
      (_, index) => `{"n":${from + index},"name":"item ${from + index}"}\n`,
    ).join('');
  }
}
