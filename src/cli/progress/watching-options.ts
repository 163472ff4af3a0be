import type { OptionTable } from '../options.ts';

/** How the run shows that it is alive. `auto` is a bar on a terminal and lines elsewhere. */
export type ProgressStyle = 'auto' | 'bar' | 'lines' | 'json' | 'none';

/** What a run was told of how to be watched. */
export interface WatchingOptions {
  readonly progress: ProgressStyle;
  readonly quiet: boolean;
  readonly summary: string | undefined;
  readonly dryRun: boolean;
}

/** The rows of these options. */
export const WATCHING_OPTIONS: OptionTable<WatchingOptions> = {
  progress: {
    flags: '--progress <style>',
    group: 'Watching',
    help: 'bar redraws one line, lines prints one every 10 s, json one every second and at the end: those that begin with {; auto: bar on a terminal, else lines',
    initial: 'auto',
    choices: ['auto', 'bar', 'lines', 'json', 'none'],
  },
  quiet: {
    flags: '-q, --quiet',
    group: 'Watching',
    help: 'no progress and no summary; failures are still shown',
    initial: false,
  },
  summary: {
    flags: '--summary <file>',
    group: 'Watching',
    help: 'write how the run ended to this file, as JSON: counts, failures, what is left, the exit code',
    initial: undefined,
    parse: (text) => text,
    takes: 'file',
  },
  dryRun: {
    flags: '--dry-run',
    group: 'Watching',
    help: 'start nothing: read all items, tell which are bad and what the limits mean, and show the first ones on stdout',
    initial: false,
  },
};
