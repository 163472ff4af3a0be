import { relative } from 'node:path';
import { firstLine } from '../../loader/error-facts.ts';
import { locateSyntaxError, placeOfSyntaxError } from '../../loader/syntax-place.ts';
import { describeThrown } from '../thrown.ts';
import type { ModuleSpec } from './module-spec.ts';

/** Why a module could not be loaded, in one sentence. */
export async function describeLoadError(module: ModuleSpec, error: unknown): Promise<string> {
  return (
    (await describeSyntaxError(module, error)) ?? `${module.name} failed to load: ${describeLoad(error)}`
  );
}

function describeLoad(error: unknown): string {
  return isError(error) ? describeThrown(error) : `it threw ${describeThrown(error)}`;
}

/** `undefined` for what is no syntax error. */
async function describeSyntaxError({ name, path }: ModuleSpec, error: unknown): Promise<string | undefined> {
  if (!isError(error)) return undefined;
  const message = firstLine(String(error.message));
  if (message.startsWith('ParseError:')) return describeParseError(name, error.message);
  if (!(error instanceof SyntaxError)) return undefined;
  const place = placeOfSyntaxError(error) ?? (await locateSyntaxError(path));
  const where = place && `${relative('', place.file)}:${place.line}`;
  // JavaScript calls a missing export a syntax error too. Whoever reads of one looks for a missing bracket.
  if (/does not provide an export|^Named export /.test(message)) {
    return `${name} failed to load: ${message}${where === undefined ? '' : ` (${where})`}`;
  }
  if (where !== undefined) return `syntax error in ${where}: ${message}`;
  return `${name} failed to load: syntax error in it or in a module that it imports: ${message}`;
}

// jiti: "ParseError: what went wrong \n /path/of/the/file.ts:12:5", of this module or of one it imports.
function describeParseError(name: string, text: string): string {
  const [what = '', where = ''] = text.replace('ParseError:', '').trim().split('\n');
  return `syntax error in ${where.trim() === '' ? name : relative('', where.trim())}: ${what.trim()}`;
}

// A thrown Proxy may throw when it is asked.
function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}
