import type { FailureInfo } from 'greenpool';

/** What an `onError` was called with. */
export interface Reports {
  readonly all: { error: unknown; info: FailureInfo }[];
  /** The errors alone. */
  readonly errors: unknown[];
  readonly onError: (error: unknown, info: FailureInfo) => void;
}

/** An `onError` that keeps what it gets. */
export function reports(): Reports {
  const all: Reports['all'] = [];
  const errors: unknown[] = [];
  const onError: Reports['onError'] = (error, info) => {
    all.push({ error, info });
    errors.push(error);
  };
  return { all, errors, onError };
}
