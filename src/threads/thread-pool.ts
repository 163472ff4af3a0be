import { availableParallelism } from 'node:os';
import { GreenPool } from '../core/green-pool.ts';
import {
  type Bound,
  bind,
  bindPool,
  checkedCoreOptions,
  type GreenPoolOptions,
  type WithOptions,
} from '../core/options.ts';
import { PoolCore } from '../core/pool-core.ts';
import { checkedDuration, checkedObject } from '../primitives/checks.ts';
import { openEngine } from './engine.ts';
import { StreamReader } from './stream-reader.ts';
import { ThreadExecutor } from './thread-executor.ts';
import type { ThreadStream } from './thread-stream.ts';

/** What the heap of each thread may grow to, in MB; as `resourceLimits` of Node's `Worker`. */
export interface ThreadLimits {
  /** Of all but the youngest objects. */
  maxOldGenerationSizeMb?: number | undefined;
  /** Of the youngest objects. */
  maxYoungGenerationSizeMb?: number | undefined;
  /** Of compiled code. */
  codeRangeSizeMb?: number | undefined;
  /** Of the stack; 4 by default. */
  stackSizeMb?: number | undefined;
}

/** What `new ThreadPool(size, options)` accepts besides what a `GreenPool` does. `context` has no effect: no store crosses. */
export interface ThreadPoolOptions extends GreenPoolOptions {
  /** Milliseconds from a kill or a timeout until the thread of a task that does not end is ended with it. Default 100. */
  grace?: number | undefined;
  /** Milliseconds until a thread that has nothing to do is ended. Default 10,000. */
  idleTimeout?: number | undefined;
  /** What each thread may take. Default: Node's. */
  resourceLimits?: ThreadLimits | undefined;
}

const defaults: Readonly<{ grace: number; idleTimeout: number }> = Object.freeze({
  grace: 100,
  idleTimeout: 10_000,
});

/**
 * A `GreenPool` whose tasks run in other threads: on every core, and a task in a busy loop can be killed. Tasks are those that
 * `defineTasks` has given an address. Arguments and results are copied, as by `structuredClone`; `transfer` moves what is large.
 * Threads appear when they are needed and leave when they are not; each runs one task at a time.
 *
 * All that holds for a `GreenPool` holds here, but that tasks cannot spawn in the pool they run in. Calls that take less than
 * half a millisecond, have primitives for arguments and results and no `signal` or `timeout`, and wait for a slot go to a
 * thread several at a time. One that is in a thread when another one in it is killed or ends the thread may be run again.
 *
 * @example
 * const pool = new ThreadPool(2);
 * const thread = await pool.spawn(square, 12);
 * console.log(await thread.wait()); // 144
 * await pool.close();
 */
export class ThreadPool extends GreenPool {
  /**
   * A pool of at most `size` threads at work, by default as many as there are cores.
   *
   * @throws {TypeError | RangeError} as `GreenPool`, also for `grace`, `idleTimeout` and `resourceLimits`.
   */
  constructor(size?: number, options?: ThreadPoolOptions);
  /** A view of an existing pool. @internal */
  constructor(core: PoolCore, bound: Bound);
  constructor(
    sizeOrCore: number | PoolCore = availableParallelism(),
    options: ThreadPoolOptions | Bound = {},
  ) {
    if (sizeOrCore instanceof PoolCore)
      super(sizeOrCore, options as Bound); // the second overload
    else {
      const given = options as ThreadPoolOptions; // the first overload
      const core = makeCore(sizeOrCore, given);
      super(core, bindPool(core, given));
    }
  }

  /**
   * The items that a generator yields in another thread, one by one. See `ThreadStream`.
   *
   * @throws {TypeError} when `fn` is no task.
   * @example
   * const pool = new ThreadPool();
   * for await (const n of pool.stream(countTo, 3)) console.log(n); // 1, then 2, then 3
   * await pool.close();
   */
  stream<A extends unknown[], R>(
    fn: (...args: A) => AsyncIterable<R> | Iterable<R>,
    ...args: A
  ): ThreadStream<R> {
    const refused = this.core.executor.refuse?.(fn);
    if (refused !== undefined) throw refused;
    return new StreamReader<R>(this.bound, fn, args);
  }

  override with(options: WithOptions): ThreadPool {
    return new ThreadPool(this.core, bind(this.bound, options));
  }

  override resize(size: number): void {
    const { executor } = this.core;
    // The new slots are for those as well who wait in a thread, behind a call that may take long.
    if (executor instanceof ThreadExecutor) executor.takingBack(() => super.resize(size));
    else super.resize(size);
  }

  /** As `GreenPool.close`; all threads have ended when it resolves. */
  override async close(): Promise<void> {
    await super.close();
    const { executor } = this.core;
    if (executor instanceof ThreadExecutor) await executor.destroy();
  }
}

function makeCore(size: number, options: ThreadPoolOptions): PoolCore {
  const coreOptions = checkedCoreOptions(size, options);
  const { grace = defaults.grace, idleTimeout = defaults.idleTimeout, resourceLimits } = options;
  checkedDuration('grace', grace);
  checkedDuration('idleTimeout', idleTimeout);
  if (resourceLimits !== undefined) checkedObject('resourceLimits', resourceLimits);
  const executor = new ThreadExecutor(openEngine({ idleTimeout, resourceLimits }), grace);
  // Nothing of the user's runs in this thread, so that there is no context to keep for it.
  return new PoolCore({ ...coreOptions, context: false, executor, line: executor.line });
}
