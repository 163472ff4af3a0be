// One counted suite writes one small file, in the folder that GREENPOOL_REPORTS names; without it, nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} suite @param {{ passed: number, failed: number, skipped?: number }} counts */
export function report(suite, counts) {
  const folder = process.env.GREENPOOL_REPORTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${suite}.json`), `${JSON.stringify(counts)}\n`);
}
