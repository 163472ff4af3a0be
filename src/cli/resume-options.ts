import { type OptionTable, RUN_OPTIONS, type RunOptions } from './options.ts';

/** What may be said anew of a run that goes on. Nothing of it changes what comes out. */
export type ResumeOptions = Pick<
  RunOptions,
  | 'resume=force'
  | 'onInflight'
  | 'sync'
  | 'jobs'
  | 'per'
  | 'rate'
  | 'timeout'
  | 'maxTime'
  | 'grace'
  | 'retries'
  | 'backoff'
  | 'retryOn'
  | 'halt'
  | 'failFast'
  | 'progress'
  | 'quiet'
  | 'summary'
>;

/** The options of `greenpool resume` and `greenpool retry`. What is not given is as it was. */
export const RESUME_OPTIONS: OptionTable<ResumeOptions> = {
  'resume=force': {
    ...RUN_OPTIONS['resume=force'],
    flags: '--force',
    help: 'go on even if the function or the options have changed',
  },
  onInflight: RUN_OPTIONS.onInflight,
  sync: RUN_OPTIONS.sync,
  jobs: RUN_OPTIONS.jobs,
  per: RUN_OPTIONS.per,
  rate: RUN_OPTIONS.rate,
  timeout: RUN_OPTIONS.timeout,
  maxTime: RUN_OPTIONS.maxTime,
  grace: RUN_OPTIONS.grace,
  retries: RUN_OPTIONS.retries,
  backoff: RUN_OPTIONS.backoff,
  retryOn: RUN_OPTIONS.retryOn,
  halt: RUN_OPTIONS.halt,
  failFast: RUN_OPTIONS.failFast,
  progress: RUN_OPTIONS.progress,
  quiet: RUN_OPTIONS.quiet,
  summary: RUN_OPTIONS.summary,
};
