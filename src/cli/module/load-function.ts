import { findExport } from '../../loader/find-export.ts';
import { importModule, type Namespace } from '../../loader/import-module.ts';
import { CliError } from '../cli-error.ts';
import type { ItemFunction } from '../run/item-context.ts';
import { describeLoadError } from './load-error.ts';
import type { ModuleSpec } from './module-spec.ts';

/** Loads the function that a `<module>[#export]` names. Every failure is one sentence about the user's module. */
export async function loadFunction(module: ModuleSpec): Promise<ItemFunction> {
  let namespace: Namespace;
  try {
    namespace = await importModule(module.path);
  } catch (error) {
    throw new CliError(await describeLoadError(module, error), { cause: error });
  }
  return pickFunction(module, namespace);
}

function pickFunction({ name, exportName }: ModuleSpec, namespace: Namespace): ItemFunction {
  const found = findExport(namespace, exportName);
  // Whatever the user exports is called with an item and its context; what comes of it is the item's outcome.
  if (typeof found === 'function') return found as ItemFunction;
  if (found !== undefined)
    throw new CliError(`export ${exportName} of ${name} is not a function but ${kindOf(found)}`);
  const wanted = exportName === 'default' ? 'no default export' : `no export ${exportName}`;
  const functions = Object.keys(namespace).filter((key) => typeof namespace[key] === 'function');
  throw new CliError(`${name} has ${wanted}; ${suggest(name, functions)}`);
}

function suggest(name: string, functions: readonly string[]): string {
  const [first] = functions;
  if (first === undefined) return 'it exports no function';
  if (functions.length === 1) return first === 'default' ? `try ${name}` : `try ${name}#${first}`;
  return `it has ${functions.map((key) => (key === 'default' ? key : `#${key}`)).join(', ')}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
