import { dirname, extname, sep } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { SessionOptions } from '../options.ts';
import type { FilesInUse } from '../output/byte-sink.ts';
import { outputFile } from '../output/open-sinks.ts';
import { realPathOf } from '../output/replace-file.ts';

// What files of results end in.
const RESULT_NAMES = new Set(['.json', '.csv', '.txt']);

/** Refuses outputs that lie in the journal, and a folder of results in which one could take the place of another file. */
export function checkPlaces(options: SessionOptions, { sources, module }: FilesInUse): void {
  const { journal, results, failed, summary } = options;
  const written = [outputFile(options), failed, summary].filter((path) => path !== undefined);
  if (journal !== undefined) {
    const folder = realPathOf(journal);
    const inside = [...written, results].find((path) => path !== undefined && isIn(realPathOf(path), folder));
    if (inside !== undefined) throw new CliError(`cannot write ${inside}: it is in the journal`);
  }
  if (results !== undefined) {
    const folder = realPathOf(results);
    const read = [...sources.map(({ name }) => name), module].filter((path) => path !== undefined);
    const inside = [...read, ...written].find(
      (path) => RESULT_NAMES.has(extname(path)) && dirname(realPathOf(path)) === folder,
    );
    if (inside === undefined) return;
    throw new CliError(`--results ${results} needs a folder of its own: ${inside} is in it`);
  }
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
