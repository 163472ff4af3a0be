import { CliError } from '../cli-error.ts';
import { JOURNAL_OPTIONS } from '../journal/journal-options.ts';
import type { SessionOptions } from '../options.ts';

type CheckedOptions = Pick<SessionOptions, 'input' | 'from'> &
  Partial<Pick<SessionOptions, 'to' | 'envelope' | 'failed' | 'summary'>>;

/** Refuses options that are right each by itself but not together. */
export function checkTogether(options: CheckedOptions, words: readonly string[] | undefined): void {
  const { input, from, to, envelope, failed, summary } = options;
  if (words !== undefined && input.length > 0) {
    throw new CliError('items come from -a or from :::, not from both');
  }
  if (words !== undefined && from !== 'auto' && from !== 'ndjson' && from !== 'lines') {
    throw new CliError(
      `--from ${from} is for files: what stands after ::: is text, or JSON with --from ndjson`,
    );
  }
  if (envelope && (to === 'csv' || to === 'lines')) {
    throw new CliError(`--envelope writes JSON: it cannot go with --to ${to}`);
  }
  if (failed === '-') throw new CliError('--failed needs a file: stdout has the results');
  if (summary === '-') throw new CliError('--summary needs a file: stdout has the results');
}

/** Refuses options that are about a journal where there is none. */
export function checkJournal(options: SessionOptions): void {
  if (options.journal === '') throw new CliError('-J needs a folder');
  if (options.journal !== undefined) return;
  const needing = [
    ['--resume', options.resume],
    ['--resume=force', options['resume=force']],
    ['--resume-failed', options.resumeFailed],
    ['--key', options.key !== undefined],
    ['--sync', options.sync !== JOURNAL_OPTIONS.sync.initial],
    ['--on-inflight', options.onInflight !== JOURNAL_OPTIONS.onInflight.initial],
  ] as const;
  const given = needing.find(([, isGiven]) => isGiven);
  if (given !== undefined) throw new CliError(`${given[0]} needs a journal: -J DIR`);
}
