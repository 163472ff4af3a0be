import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, inject, test } from 'vitest';
import { watch } from '../cli/greenpool.ts';

const KILLS = 20;
// It takes six seconds on two quiet processors; the program itself finds out what hangs.
const PATIENCE = 90_000;

test(
  `${KILLS} threads that die at random moments lose no call, make none twice that went alone, and leave nothing behind`,
  async () => {
    // Beside the library as it was translated for this run, which it finds by its name.
    const folder = join(resolve(dirname(inject('greenpoolMain')), '../..'), 'soak');
    cpSync(join(import.meta.dirname, 'soak'), folder, { recursive: true });

    const args = ['--expose-gc', join(folder, 'program.mjs'), '--threads-killed', String(KILLS)];
    const { code, stdout, stderr } = await watch(spawn(process.execPath, args)).ended;
    process.stdout.write(stdout);

    expect(stdout, stderr).not.toContain('FAULT');
    // The program counts for itself; that threads did die is worth a look of our own.
    const [, killed] = /^\| all \| [\d.]+ \| (\d+) \|/m.exec(stdout) ?? [];
    expect(Number(killed)).toBeGreaterThanOrEqual(KILLS);
    expect(code, stderr).toBe(0);
  },
  PATIENCE,
);
