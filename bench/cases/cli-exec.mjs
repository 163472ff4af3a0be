// How many commands a second does `greenpool exec` start, beside those whose only business that is? (C3)
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { atLeastFaster, atLeastShare } from '../bars.mjs';
import { openFolder } from '../contenders/line-files.mjs';
import { cli, figuresOf, missingProgram, runProgram } from '../contenders/programs.mjs';

const JOBS = String(availableParallelism());

function contender(name, role, command, more) {
  return {
    name,
    role,
    isOneShot: true,
    open() {
      const { folder, close } = openFolder();
      const stdin = join(folder, 'arguments.txt');
      return {
        close,
        async run(total) {
          writeFileSync(stdin, Array.from({ length: total }, (_, index) => `${index}\n`).join(''));
          const { ns } = await runProgram(command, { stdin });
          return { checksum: total, ...figuresOf(ns, undefined, total) };
        },
      };
    },
    ...more,
  };
}

const greenpool = contender('greenpool exec', 'greenpool', [
  ...[process.execPath, cli],
  ...['exec', '-j', JOBS, '--', 'true'],
]);
const xargs = contender('xargs -n 1', 'floor', ['xargs', '-P', JOBS, '-n', '1', 'true'], {
  missing: () => missingProgram('xargs'),
});
// Fewer, since each takes it tens of milliseconds; its own start is a hundredth of that.
const parallel = contender('GNU parallel', 'peer', ['parallel', '--will-cite', '-j', JOBS, 'true'], {
  count: 500,
  missing: () => missingProgram('parallel'),
});

export default {
  title: 'true, once for each argument, as many at a time as there are processors',
  count: 5_000,
  few: 20,
  expected: (total) => total,
  contenders: [xargs, greenpool, parallel],
  bars: [
    atLeastFaster('C3', greenpool.name, 2, parallel.name),
    atLeastShare('C3', greenpool.name, 0.9, xargs.name),
  ],
};
