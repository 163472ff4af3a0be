// Runs the contenders of one case, a process each, interleaved (A B C A B C), so that a noisy minute hits all alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';

const child = join(import.meta.dirname, 'child.mjs');

/**
 * @param {object} benchCase as bench/cases/ exports it, with its name and file
 * @param {{ rounds: number, scale: number, node: string, limit: number, only?: RegExp, onRun?: Function }} options
 */
export async function runCase(benchCase, { rounds, scale, node, limit, only, onRun = () => {} }) {
  const contenders = benchCase.contenders
    .filter((each) => (only === undefined || only.test(each.name)) && isThere(each))
    .map((each) => ({ ...each, command: commandOf(benchCase, each, node) }))
    .filter(({ command }) => command !== undefined)
    .map((each) => ({ ...each, tasks: tasksOf(benchCase, each, scale), runs: [] }));
  const loadBefore = loadavg()[0];
  const turns = rounds * (benchCase.turns ?? 1);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const contender of contenders) {
      // One that fails once is out: its row says why, and the others are still worth their tables.
      if (contender.failure !== undefined) continue;
      try {
        const run = await runOnce(benchCase, contender, benchCase.limit ?? limit);
        contender.runs.push(run);
        onRun(contender, `${turn + 1}/${turns}`, run);
      } catch (error) {
        contender.failure = error.message;
      }
    }
  }
  return {
    name: benchCase.name,
    title: benchCase.title,
    at: new Date().toISOString(),
    load: { before: loadBefore, after: loadavg()[0] },
    rounds,
    contenders: contenders.map(summary),
  };
}

export function judged(bars, contenders) {
  const medianOf = (name, field = 'nsPerTask') => {
    const contender = contenders.find((each) => each.name === name);
    // Ours is not excused by failing; a peer that fails proves nothing.
    if (contender?.failure !== undefined && contender.role === 'greenpool') return Number.POSITIVE_INFINITY;
    return contender?.median[field] ?? Number.NaN;
  };
  return bars.map(({ id, text, judge }) => {
    const { value, isMet } = judge(medianOf);
    if (Number.isNaN(value)) return { id, text, verdict: 'not measured' };
    return {
      id,
      text,
      value: Number.isFinite(value) ? value : undefined,
      verdict: isMet ? 'met' : 'not met',
    };
  });
}

/** Says why a contender is left out that this machine has not, or this version of greenpool. */
function isThere({ name, missing }) {
  const why = missing?.();
  if (why !== undefined) console.error(`  left out: ${name}, since ${why}`);
  return why === undefined;
}

function tasksOf(benchCase, contender, scale) {
  return Math.max(1, Math.round((contender.count ?? benchCase.count) * scale));
}

/** A contender that is no JavaScript brings its own command, or none where it is not installed. */
function commandOf({ file, flags = [] }, { name, command }, node) {
  return command === undefined ? [node, '--expose-gc', ...flags, child, file, name] : command();
}

async function runOnce(benchCase, { name, tasks, command }, limit) {
  const [program, ...args] = command;
  const spawned = spawn(program, [...args, String(tasks)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limit,
  });
  let output = '';
  spawned.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const [code, signal] = await once(spawned, 'close');
  if (code !== 0) throw new Error(`${benchCase.name}, ${name}: ended with ${code ?? signal}\n${output}`);
  const measured = JSON.parse(output.trim().split('\n').at(-1));
  const expected = benchCase.expected(tasks);
  if (measured.checksum !== expected) {
    throw new Error(
      `${benchCase.name}, ${name}: gave ${measured.checksum}, not ${expected}, for ${tasks} tasks`,
    );
  }
  return measured;
}

function summary({ name, role = 'peer', tasks, runs, failure }) {
  if (failure !== undefined) return { name, role, tasks, failure, median: {}, min: {}, runs };
  const fields = Object.keys(runs[0]).filter((key) => key !== 'checksum');
  const each = (reduce) =>
    Object.fromEntries(fields.map((key) => [key, reduce(runs.map((run) => run[key]))]));
  return { name, role, tasks, median: each(median), min: each((values) => Math.min(...values)), runs };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
