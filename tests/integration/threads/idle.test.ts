import { describe, expect, test } from 'vitest';
import { useWarnings } from '../../support/warnings.ts';
import { tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool } = usePools();

/** Resolves when the event loop has turned so often that a free lane has ended. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a thread between two calls', () => {
  const warnings = useWarnings();

  test('keeps no listener of what it did before', async () => {
    const pool = makePool(1);

    for (let n = 0; n < 30; n += 1) {
      expect(await pool.run(tasks.double, n)).toBe(n * 2);
      await rest();
    }

    expect(warnings.map(({ message }) => message)).toEqual([]);
  });
});
