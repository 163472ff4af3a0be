import { afterEach, beforeEach } from 'vitest';

/** The process warnings of each test, kept from the console. */
export function useWarnings(): Error[] {
  const warnings: Error[] = [];
  let others: NodeJS.WarningListener[] = [];
  const keep = (warning: Error): void => {
    warnings.push(warning);
  };
  beforeEach(() => {
    warnings.length = 0;
    others = process.listeners('warning');
    process.removeAllListeners('warning');
    process.on('warning', keep);
  });
  afterEach(() => {
    process.off('warning', keep);
    for (const listener of others) process.on('warning', listener);
  });
  return warnings;
}
