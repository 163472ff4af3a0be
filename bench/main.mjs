// Runs the benches, prints their tables, and keeps a full run in bench/results/ with the facts of the machine.
//   node bench/main.mjs [case...] [--rounds N] [--scale X] [--only REGEXP] [--node PATH] [--json FILE]
//   node bench/main.mjs --check       every contender of every case once, on few tasks: do they still work?
// A case is named by its file, or by the start of it: `io` is both io cases.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { check } from './check.mjs';
import { drawFigure } from './figure.mjs';
import { judged, runCase } from './harness.mjs';
import { machineFacts } from './machine.mjs';
import { printCase } from './table.mjs';

const FULL = { rounds: 5, scale: 1 };
const RUN_LIMIT = 900_000;
// The order of the tables and of the figure.
const ORDER = [
  'spawn',
  'run',
  'imap-array',
  'imap-stream',
  'memory',
  'handoff',
  'limits',
  'io',
  'growth',
  'cli',
  'threads',
  'mapped',
  'pieces',
];
const folder = join(import.meta.dirname, 'cases');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: String(FULL.rounds) },
    scale: { type: 'string', default: String(FULL.scale) },
    only: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const options = {
  rounds: positive('rounds', values.rounds),
  scale: positive('scale', values.scale),
  node: values.node,
  limit: RUN_LIMIT,
  ...(values.only === undefined ? {} : { only: new RegExp(values.only) }),
};
const cases = await load(positionals);
if (values.check) await check(cases, options.node);
else await measure();

async function measure() {
  const { node, v8, ...machine } = machineFacts(options.node);
  console.log(
    `node ${node} (V8 ${v8}), ${machine.cores} x ${machine.cpu}, load ${machine.load[0].toFixed(2)}`,
  );
  if (options.scale !== FULL.scale) console.log('scaled: no count is the one that a row or a bar names');
  const results = [];
  for (const benchCase of cases) {
    const result = await runCase(benchCase, { ...options, onRun: progress });
    if (result.contenders.length === 0) continue;
    const { figure, marks } = benchCase;
    const bars = judged(benchCase.bars, result.contenders);
    printCase({ ...result, bars, marks });
    results.push({ ...result, figure, bars });
  }
  keep({
    date: new Date().toISOString().slice(0, 10),
    node,
    v8,
    machine,
    scale: options.scale,
    cases: results,
  });
}

/** Only a full run is kept unasked: one that was cut short, or looked at a few contenders, must not pass for it. */
function keep(report) {
  const isFull = options.scale === FULL.scale && options.rounds >= FULL.rounds && options.only === undefined;
  if (values.json !== undefined) return write(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (!isFull)
    return console.log('\nnot kept: a full run has at least 5 rounds at scale 1 (or name a file: --json)');
  const major = /\d+/.exec(report.node)[0];
  const file = join(import.meta.dirname, 'results', `${report.date}-node${major}.json`);
  const whole = merged(earlier(file), report);
  write(file, `${JSON.stringify(whole, null, 2)}\n`);
  write(resolve(import.meta.dirname, '..', 'docs', 'figures', `bench-node${major}.svg`), drawFigure(whole));
}

/** Cases measured on the same day replace their own earlier results; each tells its time and load. */
function merged(before, report) {
  if (before === undefined || before.node !== report.node) return report;
  const fresh = new Map(report.cases.map((each) => [each.name, each]));
  const kept = before.cases.filter(({ name }) => !fresh.has(name));
  const cases = [...kept, ...fresh.values()].sort((a, b) => order(a.name) - order(b.name));
  return { ...report, cases };
}

function order(name) {
  return ORDER.findIndex((each) => name.startsWith(each));
}

function earlier(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(file, text) {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`\nwrote ${file}`);
}

async function load(names) {
  const known = readdirSync(folder)
    .map((file) => file.slice(0, -'.mjs'.length))
    .sort((a, b) => order(a) - order(b));
  for (const name of names) {
    if (!known.some((each) => each.startsWith(name))) fail(`no case ${name}; there are ${known.join(', ')}`);
  }
  const wanted = known.filter((each) => names.length === 0 || names.some((name) => each.startsWith(name)));
  return await Promise.all(
    wanted.map(async (name) => {
      const file = join(folder, `${name}.mjs`);
      return { name, file, ...(await import(pathToFileURL(file))).default };
    }),
  );
}

function progress({ name }, turn, { nsPerTask }) {
  console.error(`  ${turn}  ${name}: ${Math.round(nsPerTask)} ns`);
}

function positive(name, text) {
  const value = Number(text);
  if (!(value > 0)) fail(`--${name} must be a number above 0, not ${text}`);
  return value;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
