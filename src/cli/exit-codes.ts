/** Why the process ended, as scripts see it. `docs/` and the help text list the same numbers. */
export const EXIT: Readonly<{
  done: 0;
  someFailed: 1;
  refused: 1;
  usage: 2;
  halted: 3;
  outputLost: 4;
  journal: 4;
  internal: 70;
  workLeft: 75;
  notExecutable: 126;
  notFound: 127;
  sigint: 130;
  pipeClosed: 141;
  sigterm: 143;
}> = Object.freeze({
  done: 0,
  someFailed: 1,
  /** A run does not do what `ctl` asks for. */
  refused: 1,
  /** Usage, module or input error: nothing was started, so the command can be given again as it is. */
  usage: 2,
  /** Too much failed: `--halt`. */
  halted: 3,
  /** The output could not be written to the end. Not 2: items were run, and running them again may matter. */
  outputLost: 4,
  /** The journal is locked, damaged, of another run or cannot be written: as above, what was run may matter. */
  journal: 4,
  internal: 70,
  /** A drain ended before the input did. */
  workLeft: 75,
  /** The command of `exec`, as shells tell it. */
  notExecutable: 126,
  notFound: 127,
  sigint: 130,
  pipeClosed: 141,
  sigterm: 143,
});

/** One of the codes above. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
