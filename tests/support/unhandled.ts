import { afterEach, beforeEach } from 'vitest';

/** The unhandled rejections of each test, kept from the test runner. */
export function useUnhandled(): unknown[] {
  const reasons: unknown[] = [];
  let others: NodeJS.UnhandledRejectionListener[] = [];
  const keep = (reason: unknown): void => {
    reasons.push(reason);
  };
  beforeEach(() => {
    reasons.length = 0;
    others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', keep);
  });
  afterEach(() => {
    process.off('unhandledRejection', keep);
    for (const listener of others) process.on('unhandledRejection', listener);
  });
  return reasons;
}
