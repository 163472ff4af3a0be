import type { GreenPool, GreenPoolOptions } from 'greenpool';
import { greenpool, type Subject } from '../../property/support/subject.ts';

/** The methods of a pool, as loosely typed as code that replaces them has to be. */
// biome-ignore lint/suspicious/noExplicitAny: a replacement stands for any overload of the method
export type AnyMethod = (...args: any[]) => any;
export type Overrides = { [K in keyof GreenPool]?: AnyMethod };

/** What a mutant does instead. `real` is the same pool, unharmed, with the options of the view that was called. */
export type Patch = (real: GreenPool) => Overrides;

function patched(pool: GreenPool, patch: Patch): GreenPool {
  const real = pool.with({});
  const view = { with: (options: Parameters<GreenPool['with']>[0]) => patched(real.with(options), patch) };
  return Object.assign(pool, view, patch(real));
}

/** A broken library: `mutate` is called for each pool, for what its views share, and returns what they do differently. */
export function mutant(
  name: string,
  mutate: () => Patch,
  others: Partial<Omit<Subject, 'name'>> & { options?: GreenPoolOptions } = {},
): Subject {
  const { options: defaults, ...makers } = others;
  return {
    ...greenpool,
    name,
    pool: (size, options) => patched(greenpool.pool(size, { ...options, ...defaults }), mutate()),
    ...makers,
  };
}

/** `fn`, run by `run` instead of directly. */
function wrapped(fn: AnyMethod, run: (call: () => unknown) => unknown): AnyMethod {
  return (...args) => run(() => fn(...args));
}

/** The three ways to spawn, with `run` around each task. */
export function aroundTasks(real: GreenPool, run: (call: () => unknown) => unknown): Overrides {
  return {
    spawn: (fn, ...args) => real.spawn(wrapped(fn, run), ...args),
    spawnN: (fn, ...args) => real.spawnN(wrapped(fn, run), ...args),
    run: (fn, ...args) => real.run(wrapped(fn, run), ...args),
    trySpawn: (fn, ...args) => real.trySpawn(wrapped(fn, run), ...args),
  };
}
