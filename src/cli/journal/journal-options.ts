import type { OptionTable } from '../options.ts';
import type { SyncMode } from './commit-parts.ts';
import type { OnInflight } from './run-journal.ts';

/** What a run was told of its journal. */
export interface JournalOptions {
  readonly journal: string | undefined;
  readonly resume: boolean;
  /** An option of its own, since one whose value may be left out would take the word behind it. */
  readonly 'resume=force': boolean;
  readonly resumeFailed: boolean;
  readonly key: string | undefined;
  readonly onInflight: OnInflight;
  readonly sync: SyncMode;
}

/** The rows of these options. */
export const JOURNAL_OPTIONS: OptionTable<JournalOptions> = {
  journal: {
    flags: '-J, --journal <dir>',
    group: 'Journal',
    help: 'record in this folder what becomes of each item, so that the run can be resumed after a crash',
    initial: undefined,
    parse: (text) => text,
    takes: 'folder',
  },
  resume: {
    flags: '--resume',
    group: 'Journal',
    help: 'go on where the run of that journal stopped; where there is none, begin one',
    initial: false,
  },
  'resume=force': {
    flags: '--resume=force',
    group: 'Journal',
    help: 'the same, even if the function or the options have changed',
    initial: false,
  },
  resumeFailed: {
    flags: '--resume-failed',
    group: 'Journal',
    help: 'run again what failed, and nothing else',
    initial: false,
  },
  key: {
    flags: '--key <field>',
    group: 'Journal',
    help: 'know an item by this field instead of by all that is in it',
    initial: undefined,
    parse: (text) => text,
    isFingerprint: true,
  },
  onInflight: {
    flags: '--on-inflight <what>',
    group: 'Journal',
    help: 'what becomes of items that were running at a crash; for skip or fail, say so from the beginning: then each start is on record before the function is called',
    initial: 'retry',
    choices: ['retry', 'skip', 'fail'],
  },
  sync: {
    flags: '--sync <when>',
    group: 'Journal',
    help: 'what a power loss cannot take: batch syncs every 50 ms or 1 MB, always waits for each item, none leaves it to the system; a crash of the process takes nothing in any case',
    initial: 'batch',
    choices: ['none', 'batch', 'always'],
  },
};
