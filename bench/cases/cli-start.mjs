// How long does the command line take before it does anything? (C2)
import { atMostSlower } from '../bars.mjs';
import { cli, figuresOf, program, runProgram } from '../contenders/programs.mjs';

function contender(name, role, ...args) {
  return {
    name,
    role,
    isOneShot: true,
    open: () => ({
      async run(total) {
        let ns = 0;
        for (let start = 0; start < total; start += 1) {
          const ended = await runProgram([process.execPath, ...args], {});
          ns += ended.ns;
        }
        return { checksum: total, ...figuresOf(ns, undefined, total) };
      },
    }),
  };
}

const empty = program('no-op.mjs');
const node = contender('node empty.mjs', 'floor', empty);
const run = contender('greenpool run empty.mjs', 'greenpool', cli, 'run', empty);
const version = contender('greenpool --version', 'greenpool', cli, '--version');

export default {
  title: 'a start with nothing to do',
  // Few at a time and many turns: a neighbour's busy second hits all alike.
  count: 5,
  turns: 8,
  few: 1,
  expected: (total) => total,
  contenders: [node, run, version],
  bars: [atMostSlower('C2', run.name, 2.5, node.name)],
};
