import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { errorCode } from './error-facts.ts';
import { placeOfSyntaxError } from './syntax-place.ts';

/** The exports of a module. */
export type Namespace = Readonly<Record<string, unknown>>;

const TYPESCRIPT = ['.ts', '.mts', '.cts'];

// Node strips types but compiles nothing, and resolves as for JavaScript. A module that needs an enum, or imports a
// folder, runs on a Node without type stripping, so it has to run on the others too.
// All of these come before any line of the module has run: it must never run twice.
const NEEDS_COMPILER = [
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNSUPPORTED_DIR_IMPORT',
];

/** Imports a module: by Node itself where it can, else TypeScript through jiti, which is loaded only then. */
export async function importModule(path: string): Promise<Namespace> {
  const isTypeScript = TYPESCRIPT.includes(extname(path));
  if (isTypeScript && !canStripTypes()) return importCompiled(path);
  try {
    // An imported namespace is an object of that shape.
    return (await import(pathToFileURL(path).href)) as Namespace;
  } catch (error) {
    if (isTypeScript && needsCompiler(error)) return importCompiled(path);
    throw error;
  }
}

function needsCompiler(error: unknown): boolean {
  const code = errorCode(error);
  if (code === 'ERR_MODULE_NOT_FOUND') return isTypeScriptImport(error);
  return code === undefined ? isModuleTakenForScript(error) : NEEDS_COMPILER.includes(code);
}

// './other' and './other.js' are how TypeScript has long been told to import other.ts. A package that is missing, or
// a file that is missing altogether, is missing for the compiler too.
function isTypeScriptImport(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('url' in error)) return false;
  if (typeof error.url !== 'string' || !error.url.startsWith('file:')) return false;
  if (isImportedLate(error.url, error)) return false;
  const base = fileURLToPath(error.url).replace(/\.([cm]?)js$/, '');
  return [...TYPESCRIPT, '.tsx', '.js', '.json'].some((extension) => existsSync(base + extension));
}

// Whether it was a call of `import()` that missed it: then the module has begun to run.
function isImportedLate(url: string, error: object): boolean {
  const [, importer] = /imported from (.+)$/.exec('message' in error ? String(error.message) : '') ?? [];
  if (importer === undefined || !existsSync(importer)) return false;
  const calls = readFileSync(importer, 'utf8').matchAll(/\bimport\s*\(\s*(['"`])(\.[^'"`]*)\1/g);
  return [...calls].some(([, , specifier = '']) => new URL(specifier, pathToFileURL(importer)).href === url);
}

// In a package of "type": "commonjs" Node takes a .ts file for a script, whatever is written in it.
function isModuleTakenForScript(error: unknown): boolean {
  const place = placeOfSyntaxError(error);
  return (
    place !== undefined &&
    TYPESCRIPT.includes(extname(place.file)) &&
    /^(Unexpected token 'export'|Cannot use (import statement|'import\.meta'))/.test(place.message)
  );
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
