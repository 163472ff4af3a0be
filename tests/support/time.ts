import { ManualClock } from 'greenpool/testing';
import { afterEach, beforeEach, expect } from 'vitest';

/** Time stands still in each test of the file, and each must leave no timer behind. */
export function useManualClock(): { readonly now: ManualClock } {
  const clock = { now: new ManualClock() };
  let uninstall = (): void => {};
  beforeEach(() => {
    clock.now = new ManualClock();
    uninstall = clock.now.install();
  });
  afterEach(() => {
    uninstall();
    expect(clock.now.pending).toBe(0);
  });
  return clock;
}
