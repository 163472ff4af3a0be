// What does the command line add to a loop over lines by hand, and does its memory stay flat? (C1)
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { atLeastFaster, atLeastShare, flat } from '../bars.mjs';
import { openFolder, sumOfLines, writeLines } from '../contenders/line-files.mjs';
import { cli, figuresOf, measuredNode, program, runProgram } from '../contenders/programs.mjs';

const COUNT = 1_000_000;
const MORE = 10;

/** `commandFor(input, output, folder)` gives the command; its stdin is the input and its stdout the output. */
function contender(name, role, commandFor, { copies = 1, missing } = {}) {
  return {
    name,
    role,
    missing,
    isOneShot: true,
    count: COUNT * copies,
    open() {
      const { folder, close } = openFolder();
      const [input, output] = ['in.ndjson', 'out.ndjson'].map((file) => join(folder, file));
      return {
        close,
        async run(total) {
          writeLines(input, total / copies);
          const command = commandFor(input, output, folder);
          const { ns, usage } = await runProgram(command, { stdin: input, stdout: output });
          const [before, after] = [await sumOfLines(input), await sumOfLines(output)];
          if (after.sum !== before.sum * copies) throw new Error(`${name} has changed the lines`);
          return { checksum: after.lines, ...figuresOf(ns, usage, total) };
        },
      };
    },
  };
}

function greenpool(words, commandFor, more) {
  const run = (...args) => measuredNode(cli, 'run', program('no-op.mjs'), ...args);
  return contender(`greenpool run${words}`, 'greenpool', (...files) => run(...commandFor(...files)), more);
}

const toFile = greenpool(' -o FILE', (input, output) => ['-a', input, '-o', output]);
const toStdout = greenpool('', () => []);
const journaled = greenpool(
  ' -o FILE -J DIR',
  (input, output, folder) => ['-a', input, '-o', output, '-J', join(folder, 'run.gpj'), '--sync', 'batch'],
  { missing: missingJournal },
);
const long = greenpool(
  `, ${MORE} x the lines`,
  (input, output) => ['-a', ...new Array(MORE).fill(input), '-o', output],
  { copies: MORE },
);
const loop = contender('loop by hand', 'floor', () => measuredNode(program('loop-by-hand.mjs')));
const awaiting = contender('loop by hand, awaits', 'floor', () =>
  measuredNode(program('loop-by-hand.mjs'), '--await'),
);
const pMap = contender('p-map over readline', 'peer', () => measuredNode(program('p-map-lines.mjs')));

function missingJournal() {
  const help = execFileSync(process.execPath, [cli, 'run', '--help'], { encoding: 'utf8' });
  return /^\s*-J,/m.test(help) ? undefined : 'greenpool run has no -J here';
}

export default {
  title: 'lines of JSON through a function that does nothing',
  count: COUNT,
  few: 1_000,
  expected: (total) => total,
  contenders: [loop, awaiting, toFile, toStdout, journaled, long, pMap],
  bars: [
    ...[toFile, toStdout].flatMap(({ name }) => [
      atLeastShare('C1', name, 0.5, loop.name),
      atLeastFaster('C1', name, 2, pMap.name),
    ]),
    atLeastShare('C1', journaled.name, 0.25, loop.name),
    flat(
      'C1',
      [toFile.name, long.name],
      1.1,
      `greenpool run: memory at 1 and ${MORE} times the lines`,
      'peakRssBytes',
    ),
  ],
};
