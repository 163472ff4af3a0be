import type { OptionTable } from '../options.ts';

/** In which words a journal tells what became of its items. */
export type ReportFormat = 'text' | 'json' | 'csv' | 'junit' | 'joblog';

/** What `greenpool report` was told. */
export interface ReportOptions {
  readonly format: ReportFormat;
  readonly output: string | undefined;
}

/** What `greenpool status` of one journal was told. */
export interface StatusOptions {
  readonly json: boolean;
}

/** The options of `greenpool report`. */
export const REPORT_OPTIONS: OptionTable<ReportOptions> = {
  format: {
    flags: '--format <format>',
    group: 'Output',
    help: 'a summary; one JSON document; a CSV row for each item; JUnit XML, for CI; the columns of the --joblog of GNU parallel',
    initial: 'text',
    choices: ['text', 'json', 'csv', 'junit', 'joblog'],
  },
  output: {
    flags: '-o, --output <file>',
    group: 'Output',
    help: 'write the report to this file instead of stdout',
    initial: undefined,
    parse: (text) => text,
    takes: 'file',
  },
};

/** The options of `greenpool status`. */
export const STATUS_OPTIONS: OptionTable<StatusOptions> = {
  json: {
    flags: '--json',
    group: 'Output',
    help: 'print JSON: an object for a journal, an array for live runs',
    initial: false,
  },
};
