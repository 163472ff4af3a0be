import { deferred } from '../../primitives/deferred.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { ItemFunction } from '../run/item-context.ts';
import { describeThrown } from '../thrown.ts';
import { loadFunction } from './load-function.ts';
import type { ModuleSpec } from './module-spec.ts';

/** Loads the function where loading may also end in ways that no `import()` tells of: then it is one sentence too. */
export async function loadGuarded(
  module: ModuleSpec,
  { events, die }: Pick<Host, 'events' | 'die'>,
): Promise<ItemFunction> {
  const { name } = module;
  const ended = deferred<never>();
  const crash = (error: unknown): void =>
    ended.reject(
      new CliError(`${name} failed to load: nobody caught ${describeThrown(error)}`, { cause: error }),
    );
  const starve = (): void =>
    ended.reject(
      new CliError(`${name} failed to load: it waits for ever, nothing is left that could wake it`),
    );
  const exit = (): void => die(`${name} called process.exit() while it was loaded`, EXIT.usage);
  events.on('uncaughtException', crash);
  events.on('beforeExit', starve);
  events.on('exit', exit);
  try {
    return await Promise.race([loadFunction(module), ended.promise]);
  } finally {
    events.off('uncaughtException', crash);
    events.off('beforeExit', starve);
    events.off('exit', exit);
  }
}
