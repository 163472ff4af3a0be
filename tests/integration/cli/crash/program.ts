// Kills greenpool with SIGKILL at random moments, resumes it, kills it again and so on; then looks whether anything is
// lost, there twice or run again more often than it may be. Run it for long by hand:
//
//   npm run soak -- --kills 5000 --seed 1     moments are drawn from the seed; what a process does by then is its own
//   npm run soak -- --write                   puts the table into docs/RELIABILITY.md
//   npm run soak -- --lines 10000000          sends lines through instead, and prints how much memory that took
//
// Exits with 1 when anything is wrong, and leaves the files of that run where it says.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../../support/journal/random.ts';
import { measureMemory } from './flat-memory.ts';
import { SCENARIOS, tellStory } from './scenarios.ts';
import { copyWithSmallLogs } from './small-logs.ts';
import { MOST_KILLS, runStory } from './story.ts';
import { Table } from './table.ts';
import { writeInto } from './write-into.ts';

const root = resolve(import.meta.dirname, '../../../..');
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'at-once': { type: 'string', default: '4' },
    scenario: { type: 'string', multiple: true, default: [...SCENARIOS] },
    lines: { type: 'string' },
    write: { type: 'boolean', default: false },
    main: { type: 'string', default: join(root, 'dist/cli/main.js') },
  },
});
const { main, scenario: names } = values;
const [kills, seed, atOnce] = [Number(values.kills), Number(values.seed), Number(values['at-once'])];
const folder = mkdtempSync(join(tmpdir(), 'greenpool-crash-'));
const table = new Table();

if (values.lines === undefined) await crash();
else for (const line of await measureMemory(main, folder, Number(values.lines))) console.log(line);
if (table.faults.length === 0) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
else process.exitCode = 1;

async function crash(): Promise<void> {
  console.log(`seed ${seed}: ${kills} kills in ${names.length} scenarios, ${atOnce} runs at once`);
  const small = copyWithSmallLogs(main, join(root, 'tmp', `small-logs-${process.pid}`));
  try {
    await tellStories({ main, withSmallLogs: small.main });
  } finally {
    small.remove();
  }
  console.log(table.render());
  for (const fault of table.faults) console.log(fault);
  if (values.write) writeInto(join(root, 'docs/RELIABILITY.md'), `${describeRun()}\n\n${table.render()}`);
}

/** Several at once: most of the time a process that was killed or starts is not what the processor works on. */
async function tellStories(programs: {
  readonly main: string;
  readonly withSmallLogs: string;
}): Promise<void> {
  let stories = 0;
  // What the stories under way may still make.
  let promised = 0;
  const tellOneByOne = async (): Promise<void> => {
    while (table.kills + promised < kills) {
      const storySeed = seed + stories;
      stories += 1;
      const random = seededRandom(storySeed);
      const story = tellStory(storySeed, random, names);
      const mostKills = Math.min(MOST_KILLS, kills - table.kills - promised);
      promised += mostKills;
      const place = join(folder, String(storySeed));
      const told = await runStory(story, { folder: place, programs, random, mostKills });
      promised -= mostKills;
      table.add(story, told, place);
      if (told.wrong.length === 0) rmSync(place, { recursive: true, force: true, maxRetries: 10 });
      if (stories % 10 === 0) console.error(`${table.kills} kills, ${table.faults.length} faults`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, tellOneByOne));
}

function describeRun(): string {
  const [{ model = 'processor' } = {}] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} x ${model.trim()}, ${memory} GiB, ${process.platform}, Node ${process.version}`;
  const day = new Date().toISOString().slice(0, 10);
  return `\`npm run soak -- --kills ${kills} --seed ${seed}\` on ${day}: ${machine}.`;
}
