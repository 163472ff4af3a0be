// Contenders that are whole programs: started, fed from a file, and measured from the start to the end of the process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, openSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const programs = resolve(import.meta.dirname, '..', 'programs');
export const program = (name) => join(programs, name);
export const cli = resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/**
 * Runs a command to its end. `usage` is what the system counted for it, where the command loads `report-usage.mjs`.
 * @param {readonly string[]} command
 * @param {{ stdin?: string, stdout?: string }} files
 */
export async function runProgram([file, ...args], { stdin = '/dev/null', stdout = '/dev/null' }) {
  const started = process.hrtime.bigint();
  const child = spawn(file, args, {
    stdio: [openSync(stdin, 'r'), openSync(stdout, 'w'), 'ignore', 'pipe'],
  });
  const usage = text(child.stdio[3]);
  const [code, signal] = await once(child, 'exit');
  const ns = Number(process.hrtime.bigint() - started);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code ?? signal}`);
  return { ns, usage: await usage.then((report) => (report === '' ? undefined : JSON.parse(report))) };
}

/** Node with a script that tells what it took. */
export function measuredNode(...args) {
  return [process.execPath, '--import', program('report-usage.mjs'), ...args];
}

/** What `child.mjs` prints of a program, in the place of what it measured of itself. */
export function figuresOf(ns, usage, count) {
  const cpu = usage && (usage.userCPUTime + usage.systemCPUTime) * 1000;
  return {
    nsPerTask: ns / count,
    cpuNsPerTask: cpu && cpu / count,
    peakRssBytes: usage && usage.maxRSS * 1024,
    heapBytes: undefined,
  };
}

/** Why a contender is left out: its program is not on this machine. */
export function missingProgram(name) {
  const isHere = process.env.PATH.split(delimiter).some((folder) => isExecutable(join(folder, name)));
  return isHere ? undefined : `${name} is not installed`;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
