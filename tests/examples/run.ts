import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { format } from 'node:util';
import { ManualClock, settle } from 'greenpool/testing';

const root = resolve(import.meta.dirname, '..', '..');
const jiti = join(
  dirname(createRequire(import.meta.url).resolve('jiti/package.json')),
  'lib',
  'jiti-cli.mjs',
);

// Virtual milliseconds; a user waits about one second.
const LONGEST = 2000;

/** The lines that the example at `url` logs, with the time of `greenpool/testing`: the same on every machine. */
export async function runInVirtualTime(url: string): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  const clock = new ManualClock();
  const uninstall = clock.install();
  console.log = (...parts: unknown[]) => lines.push(...format(...parts).split('\n'));
  try {
    let isOver = false;
    const run = import(url).finally(() => {
      isOver = true;
    });
    run.catch(() => {}); // awaited below
    // Loading the file takes real time, in which none of the virtual passes: it does only while somebody waits for it.
    while (!isOver && clock.now() < LONGEST) await (clock.pending > 0 ? clock.advance(5) : settle());
    if (!isOver)
      throw new Error(`the example has not ended after ${LONGEST} ms; it printed ${lines.join('\n')}`);
    await run;
  } finally {
    uninstall();
    console.log = log;
  }
  return lines;
}

const sources = { greenpool: join(root, 'src', 'index.ts') };

/** Runs the example at `path` as its readers do on Node 20, but against the sources, so that no build is needed. */
export function runAsUser(
  path: string,
  args: readonly string[] = [],
  alias: Readonly<Record<string, string>> = sources,
): Promise<{ lines: string[]; stderr: string; exitCode: unknown }> {
  // No cache: it would be written into node_modules.
  const settings = { JITI_ALIAS: JSON.stringify(alias), JITI_FS_CACHE: 'false' };
  // Nothing else of this process's environment, such as colours.
  const env = { PATH: process.env.PATH, SYSTEMROOT: process.env.SYSTEMROOT, ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [jiti, path, ...args], { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ lines: stdout.trimEnd().split('\n'), stderr, exitCode: error === null ? 0 : error.code });
    });
  });
}
