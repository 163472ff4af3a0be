// Runs one contender of one case once, in a process of its own, and prints what it measured as one line of JSON.
//   node --expose-gc bench/child.mjs <case file> <contender> <count>
import { resourceUsage } from 'node:process';
import { pathToFileURL } from 'node:url';

const WARM_UP = 0.05;

const [file, name, count] = process.argv.slice(2);
const { default: benchCase } = await import(pathToFileURL(file));
const contender = benchCase.contenders.find((each) => each.name === name);
const measured = await measure(contender, Number(count));
process.stdout.write(`${JSON.stringify(measured)}\n`);
// A peer may hold a timer or a socket open.
process.exit(0);

async function measure({ open, isOneShot }, total) {
  const { run, close } = await open();
  // A memory case looks at the first run of a fresh heap; a warm-up would leave its own marks there.
  if (!isOneShot) await run(Math.max(1, Math.round(total * WARM_UP)));
  gc();
  const cpuBefore = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = await run(total);
  const ns = Number(process.hrtime.bigint() - start);
  const cpu = process.cpuUsage(cpuBefore);
  await close?.();
  const { checksum, ...extra } = typeof result === 'number' ? { checksum: result } : result;
  return {
    checksum,
    nsPerTask: ns / total,
    cpuNsPerTask: ((cpu.user + cpu.system) * 1000) / total,
    peakRssBytes: resourceUsage().maxRSS * 1024,
    heapBytes: process.memoryUsage().heapUsed,
    ...extra,
  };
}
