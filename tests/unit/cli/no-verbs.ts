import type { Verbs } from '../../../src/cli/program.ts';

const ignore = async (): Promise<void> => {};

/** For a program that is only looked at. */
export const NO_VERBS: Verbs = {
  run: ignore,
  exec: ignore,
  resume: ignore,
  report: ignore,
  ctl: ignore,
  status: ignore,
  tune: ignore,
  completion: ignore,
};
