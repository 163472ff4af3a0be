import { basename } from 'node:path';
import type { RunSpec } from '../journal/spec.ts';

/** What a run runs, as it is written on a command line: `check.ts#pages`, or the command with its arguments. */
export function workName({ verb, module, export: exported }: RunSpec): string {
  if (verb === 'exec') return module;
  return exported === 'default' ? basename(module) : `${basename(module)}#${exported}`;
}
