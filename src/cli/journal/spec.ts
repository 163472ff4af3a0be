import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { OptionTable } from '../options.ts';

/** An option as it is compared: what it was set to, or null. */
type OptionValue = string | number | boolean | null;

/** What makes two runs the same run: the function, and all options that change what comes out. */
export interface RunSpec {
  readonly verb: 'run' | 'exec';
  /** The path of the module, or the command with its arguments. */
  readonly module: string;
  /** Of the content of the module itself: what it imports is not looked at. Of a command: its words. */
  readonly hash: string;
  readonly export: string;
  /** By long name, without the dashes. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** The fingerprint of a module, for `RunSpec.hash`. */
export async function hashModule(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('base64url');
}

/** The values of all options that make a run what it is, by their long names. */
export function fingerprintOf<Options extends object>(
  table: OptionTable<Options>,
  options: Options,
): RunSpec['options'] {
  const values: Record<string, OptionValue> = {};
  for (const name in table) {
    const { flags, isFingerprint = false } = table[name];
    const value = options[name];
    if (isFingerprint) values[longName(flags)] = isOptionValue(value) ? value : null;
  }
  return values;
}

function longName(flags: string): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? flags;
}

function isOptionValue(value: unknown): value is OptionValue {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** How the run differs from the one that was recorded, a phrase for each difference. None: it is the same. */
export function compareSpec(recorded: RunSpec, current: RunSpec): string[] {
  const differences: string[] = [];
  const compare = (what: string, was: OptionValue, is: OptionValue): void => {
    const [before, now] = [inWords(was), inWords(is)];
    if (before !== now) differences.push(`${what} was ${before} and is ${now}`);
  };
  compare('the command', `greenpool ${recorded.verb}`, `greenpool ${current.verb}`);
  compare(current.verb === 'run' ? 'the module' : 'its command', recorded.module, current.module);
  compare('the export', recorded.export, current.export);
  // Of two modules one does not say that their content differs.
  if (recorded.module === current.module && recorded.hash !== current.hash) {
    if (current.verb === 'run') differences.push(`${current.module} has changed`);
    else differences.push(`its command was ${recorded.hash} and is ${current.hash}`);
  }
  for (const name of new Set([...Object.keys(recorded.options), ...Object.keys(current.options)].sort())) {
    compare(`--${name}`, recorded.options[name] ?? null, current.options[name] ?? null);
  }
  return differences;
}

function inWords(value: OptionValue): string {
  if (value === null || value === false) return 'not set';
  return value === true ? 'set' : String(value);
}
