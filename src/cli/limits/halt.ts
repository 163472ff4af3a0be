import { InvalidArgumentError } from 'commander';

/** When a run gives up because too much has failed. */
export interface Halt {
  /** `soon` starts nothing more; `now` cancels what runs as well; `never` says that nothing else is to. */
  readonly when: 'now' | 'soon' | 'never';
  readonly failures: number;
  /** Of the finished items, in percent, instead of a number. */
  readonly isShare: boolean;
}

// Before so many have finished, a share says nothing: the first one to fail would be all of them.
const LEAST_FOR_SHARE = 10;

/** `never`, `now,fail=1`, `soon,fail=20%`. */
export function parseHalt(text: string): Halt {
  if (text === 'never') return { when: 'never', failures: 0, isShare: false };
  const match = /^(now|soon),fail=(\d+)(%?)$/.exec(text);
  const failures = Number(match?.[2]);
  const isShare = match?.[3] === '%';
  if (match === null || !Number.isSafeInteger(failures) || failures === 0 || (isShare && failures > 100)) {
    throw new InvalidArgumentError(
      'It must be never, now,fail=N or soon,fail=N, where N is a number or a share such as 20%.',
    );
  }
  return { when: match[1] === 'now' ? 'now' : 'soon', failures, isShare };
}

/** Whether so many failures of so many finished items are too many. */
export function isReached({ when, failures, isShare }: Halt, failed: number, finished: number): boolean {
  if (when === 'never') return false;
  if (!isShare) return failed >= failures;
  return finished >= LEAST_FOR_SHARE && failed * 100 >= failures * finished;
}
