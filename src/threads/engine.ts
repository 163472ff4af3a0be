import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';

/** What a pool of threads makes its threads with. */
export interface EngineOptions {
  readonly idleTimeout: number;
  readonly resourceLimits: object | undefined;
}

const { Piscina: PiscinaClass } = loadPiscina();

// By `require`, which can fail with a sentence of ours: an `import` of a package that is missing cannot, and one that is
// awaited would keep CommonJS from loading this door.
function loadPiscina(): { Piscina: typeof Piscina } {
  try {
    return createRequire(import.meta.url)('piscina') as { Piscina: typeof Piscina }; // its exports
  } catch (cause) {
    throw new Error('greenpool/threads runs on the package piscina; install it with: npm install piscina@5', {
      cause,
    });
  }
}

/**
 * Threads that appear on demand and leave when idle. The pool's slots are what bounds them, so there is no bound here.
 *
 * Their file is ours, never the user's: a module that fails to load in a new thread makes piscina hang. Without its blocking
 * wait, so that timers that a task left behind go on in an idle thread.
 */
export function openEngine({ idleTimeout, resourceLimits }: EngineOptions): Piscina {
  return new PiscinaClass({
    filename: fileURLToPath(new URL('./worker/lane.js', import.meta.url)),
    minThreads: 0,
    maxThreads: Number.MAX_SAFE_INTEGER,
    // Longer ones do not fit in a timer of Node, and would be over at once.
    idleTimeout: idleTimeout < 2 ** 31 ? idleTimeout : Number.POSITIVE_INFINITY,
    atomics: 'disabled',
    recordTiming: false,
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
}
