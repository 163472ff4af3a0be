import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';

/** What `<module>[#export]` names. */
export interface ModuleSpec {
  /** As the user wrote it, for messages. */
  readonly name: string;
  readonly path: string;
  readonly exportName: string;
}

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.cjs'];

/** Takes `<module>[#export]` apart and checks that the file is there. A `#` may also be part of the file's name. */
export function findModule(spec: string): ModuleSpec {
  const hash = existsSync(spec) ? -1 : spec.lastIndexOf('#');
  const name = hash < 0 ? spec : spec.slice(0, hash);
  const exportName = hash < 0 ? 'default' : spec.slice(hash + 1);
  if (exportName === '') throw new CliError(`no export is named after the # of ${spec}`);
  const path = resolve(name);
  checkFile(name, path);
  return { name, path, exportName };
}

/** Whether a word on the command line is probably meant as a module. */
export function isModuleName(word: string): boolean {
  return EXTENSIONS.includes(extname(word.replace(/#[^#]*$/, '')));
}

function checkFile(name: string, path: string): void {
  try {
    if (!statSync(path).isDirectory()) return;
  } catch (error) {
    const extension = EXTENSIONS.find((candidate) => existsSync(path + candidate));
    const hint = extension === undefined ? '' : `; did you mean ${name}${extension}?`;
    throw new CliError(`cannot find module ${name}: ${describeSystemError(error)}${hint}`, { cause: error });
  }
  throw new CliError(`cannot load ${name}: it is a directory, name the file in it`);
}
