import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { errorCode, firstLine } from '../cli-error.ts';

/** The exports of a module. */
export type Namespace = Readonly<Record<string, unknown>>;

const TYPESCRIPT = ['.ts', '.mts', '.cts'];

// Node strips types but compiles nothing, and resolves as for JavaScript. A module that needs an enum, or imports
// './other' without its extension, runs on a Node without type stripping, so it has to run on the others too.
// All of these come before any line of the module has run.
const NEEDS_COMPILER = [
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_MODULE_NOT_FOUND',
];

/** Imports a module: by Node itself where it can, else TypeScript through jiti, which is loaded only then. */
export async function importModule(path: string): Promise<Namespace> {
  const isTypeScript = TYPESCRIPT.includes(extname(path));
  if (isTypeScript && !canStripTypes()) return importCompiled(path);
  try {
    // An imported namespace is an object of that shape.
    return (await import(pathToFileURL(path).href)) as Namespace;
  } catch (error) {
    if (isTypeScript && NEEDS_COMPILER.includes(errorCode(error) ?? '')) return importCompiled(path);
    throw error;
  }
}

/** The line of the syntax error in a JavaScript file, if it is in that file. A failed import does not tell. */
export async function locateSyntaxError(path: string): Promise<string | undefined> {
  try {
    await promisify(execFile)(process.execPath, ['--check', path]);
    return undefined;
  } catch (error) {
    // "/path/of/the/file.mjs:12", then the line itself and a stack.
    const text = error instanceof Error && 'stderr' in error ? firstLine(String(error.stderr)) : '';
    return /:(\d+)$/.exec(text)?.[1];
  }
}

async function importCompiled(path: string): Promise<Namespace> {
  const { createJiti } = await import('jiti');
  // Without interopDefault the exports are those of the module, so that a missing one can be told from a wrong one.
  return createJiti(path, { interopDefault: false }).import<Namespace>(path);
}

// The types of Node 20, where the feature is unknown, lack it.
function canStripTypes(): boolean {
  return 'typescript' in process.features && Boolean(process.features.typescript);
}
