import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  // Deaf to its signal, but for items that are numbers: those end at once.
  'deaf.mjs': `export default (item) => typeof item === 'number'
    ? item
    : new Promise((resolve) => setTimeout(resolve, 60_000));`,
});

const limits = ['--from', 'ndjson', '--timeout', '100ms', '--grace', '300ms'];

describe('greenpool run with functions that ignore their timeout', () => {
  test('fails their items after the grace, goes on with the other slots and ends', async () => {
    const args = ['deaf.mjs', '-j', '2', ...limits, '--envelope', ':::', '"deaf"', '1', '2', '3'];
    const { code, stdout, stderr } = await greenpool.run(args);

    expect(code).toBe(1);
    expect(stderr).toMatch(/1 +its function did not end within 300 ms after its time was over +argument:1/);
    expect(stderr).toMatch(/3 done, 1 failed/);
    expect(stdout).toContain('"code":"ERR_NEVER_ENDED"');
  });

  test('stops with 75 when they hold all slots, and says what to do', async () => {
    const args = ['deaf.mjs', '-j', '2', ...limits, '--summary', 'stuck.json'];
    const { code, stderr } = await greenpool.run([...args, ':::', '"deaf"', '"too"', '1', '2']);

    expect(code).toBe(75);
    expect(stderr).toMatch(/stopped: 2 functions did not end after their time .* hand ctx\.signal to/);
    expect(stderr).toMatch(/2 failed .*the input from argument:3 on was not started/);
  });
});
