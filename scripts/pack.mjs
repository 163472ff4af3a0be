// Packs the built package as it would be published. dist/ must be built: the pack runs no script.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** @param {string} folder where the tarball goes @returns {string} its path */
export function pack(folder) {
  const output = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  // npm 12 keys the answer by package name, earlier ones give a list.
  const [{ filename }] = Object.values(JSON.parse(output));
  return join(folder, filename);
}

export function npm(args, cwd) {
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  return execFileSync('npm', ['--loglevel=error', ...args], {
    ...options,
    shell: process.platform === 'win32',
  });
}
