import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FULL = '64 * 1024 * 1024';
const SOON_FULL = '4 * 1024';

/**
 * A copy of the program, the same but that its logs are full after a few lines: with logs of 64 MB no test would ever see
 * two of them. An option or a variable for this would be there for everybody, and of use to nobody.
 */
export function copyWithSmallLogs(main: string, folder: string): { readonly main: string; remove(): void } {
  const dist = resolve(dirname(main), '..');
  cpSync(dist, join(folder, 'dist'), { recursive: true });
  cpSync(join(dist, '../package.json'), join(folder, 'package.json'));
  const path = join(folder, 'dist/cli/journal/log-files.js');
  const source = readFileSync(path, 'utf8');
  if (source.split(FULL).length !== 2)
    throw new Error(`${path} does not say once that a log is full at ${FULL}`);
  writeFileSync(path, source.replace(FULL, SOON_FULL));
  return {
    main: join(folder, 'dist/cli/main.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
