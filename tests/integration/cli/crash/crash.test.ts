import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useGreenpool, watch } from '../greenpool.ts';

const greenpool = useGreenpool({});
const KILLS = 200;
// It takes a minute on two quiet processors; only a hang takes this long.
const PATIENCE = 900_000;

test(
  `${KILLS} random kills lose nothing, repeat nothing, and run again no more than was running`,
  async () => {
    const args = ['--import', 'jiti/register', join(import.meta.dirname, 'program.ts')];
    const child = spawn(process.execPath, [...args, '--kills', String(KILLS), '--main', greenpool.main]);
    const { code, stdout, stderr } = await watch(child).ended;
    process.stdout.write(stdout);

    expect(stdout, stderr).not.toContain('FAULT');
    // The program counts for itself; that it did kill is worth a look of our own.
    expect(stdout).toMatch(new RegExp(`\\| all \\| \\d+ \\| ${KILLS} \\|`));
    expect(code, stderr).toBe(0);
  },
  PATIENCE,
);
