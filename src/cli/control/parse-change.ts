import { InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseJobs } from '../limits/jobs.ts';
import { parseRate } from '../limits/rate.ts';
import type { Change } from './protocol.ts';

const CHANGES = 'size=N, rate=R, pause, resume, drain or cancel ID';

/**
 * What the words after the run ask for: `size=4`, `rate=30/m`, `rate=none`, `pause`, `resume`, `drain`, `cancel 12`.
 *
 * @throws {CliError} that says what they may be.
 */
export function parseChange(words: readonly string[]): Change {
  const text = words.join(' ');
  const [, name = '', value] = /^(\w+)(?:[= ](.*))?$/s.exec(text) ?? [];
  if (value === undefined && (name === 'pause' || name === 'resume' || name === 'drain')) return { do: name };
  if (value !== undefined) {
    if (name === 'size') return { do: 'size', size: orCliError(text, () => parseJobs(value)) };
    if (name === 'rate') {
      return { do: 'rate', rate: value === 'none' ? null : orCliError(text, () => parseRate(value)) };
    }
    if (name === 'cancel') return { do: 'cancel', id: parseId(text, value) };
  }
  throw new CliError(`ctl does not know ${JSON.stringify(text)}: it must be ${CHANGES}`);
}

function parseId(text: string, value: string): number {
  const id = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(id) && id > 0) return id;
  throw new CliError(`${text}: the number of an item is a whole number, 1 or more`);
}

function orCliError<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new CliError(`${text}: ${error.message}`);
    throw error;
  }
}
