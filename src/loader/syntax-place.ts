import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { firstLine } from './error-facts.ts';

/** Where a file cannot be parsed. */
export interface SyntaxPlace {
  readonly file: string;
  readonly line: string;
  readonly message: string;
}

/** What the error itself tells: Node puts "/path/of/the/file.cjs:12" first in the stack, for some of them. */
export function placeOfSyntaxError(error: unknown): SyntaxPlace | undefined {
  try {
    if (!(error instanceof SyntaxError)) return undefined;
    const place = splitPlace(firstLine(error.stack ?? ''));
    return place && { ...place, message: firstLine(error.message) };
  } catch {
    // A thrown Proxy may throw at any question.
    return undefined;
  }
}

// Parses the module and what it imports by path, in a process of its own, and runs none of it.
const PARSE_ALL = `
  import { readFileSync } from 'node:fs';
  import { SourceTextModule } from 'node:vm';
  const urls = new Set(process.argv.slice(1));
  for (const url of urls) {
    const module = new SourceTextModule(readFileSync(new URL(url), 'utf8'), { identifier: url });
    const imports = module.moduleRequests?.map(({ specifier }) => specifier) ?? module.dependencySpecifiers;
    for (const specifier of imports) {
      if (/^\\.\\.?\\/.*\\.m?js$/.test(specifier)) urls.add(new URL(specifier, url).href);
    }
  }
`;

/** Where the syntax error of a failed import lies, in JavaScript modules: Node prints it, but the error has it not. */
export async function locateSyntaxError(path: string): Promise<Omit<SyntaxPlace, 'message'> | undefined> {
  if (!/\.m?js$/.test(path)) return undefined;
  const flags = ['--experimental-vm-modules', '--no-warnings', '--input-type=module'];
  try {
    await promisify(execFile)(process.execPath, [...flags, '-e', PARSE_ALL, pathToFileURL(path).href]);
    return undefined;
  } catch (error) {
    // "file:///path/of/the/file.mjs:12", then the line itself and a stack.
    const text = error instanceof Error && 'stderr' in error ? firstLine(String(error.stderr)) : '';
    return splitPlace(text);
  }
}

function splitPlace(text: string): { file: string; line: string } | undefined {
  const [, file, line] = /^((?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(\d+)$/.exec(text) ?? [];
  if (file === undefined || line === undefined) return undefined;
  return { file: file.startsWith('file://') ? fileURLToPath(file) : file, line };
}
