/** The stable code of every error that greenpool itself makes. Test `code`, not `instanceof`: two copies of the package break the latter. */
export type ErrorCode =
  | 'ERR_POOL_CLOSED'
  | 'ERR_POOL_DEADLOCK'
  | 'ERR_KILLED'
  | 'ERR_TIMEOUT'
  | 'ERR_QUEUE_FULL'
  | 'ERR_QUEUE_EMPTY'
  | 'ERR_QUEUE_CLOSED'
  | 'ERR_QUEUE_TASK_DONE'
  | 'ERR_EVENT_SENT'
  | 'ERR_EVENT_NOT_SENT'
  | 'ERR_SEMAPHORE_OVERFLOW'
  | 'ERR_RESOURCE_CLOSED'
  | 'ERR_RESOURCE_UNKNOWN'
  | 'ERR_WORKER_LOST';

/**
 * Base of all errors that greenpool makes, apart from `TypeError` and `RangeError` for bad arguments.
 * An error thrown by a task is never wrapped in one.
 *
 * @example
 * try {
 *   new Queue(1).getNowait();
 * } catch (error) {
 *   if (error instanceof GreenpoolError) console.log(error.code); // ERR_QUEUE_EMPTY
 * }
 */
export class GreenpoolError extends Error {
  /** What went wrong, in a form that never changes in a minor release. */
  readonly code: ErrorCode;

  /** @internal */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/**
 * The default reason of a `kill()`: the code `ERR_KILLED`. Thrown in the killed task and to all who wait for it.
 *
 * @example
 * const thread = spawn(sleep, 60_000);
 * await thread.kill();
 * await thread.wait().catch((error) => console.log(error.code)); // ERR_KILLED
 */
export class GreenletExit extends GreenpoolError {
  /** `message` says who was stopped and why. */
  constructor(message = 'the green thread was killed; pass kill(reason) to say why') {
    super('ERR_KILLED', message);
  }
}

/** Thrown by a pool that no longer takes work: the code `ERR_POOL_CLOSED`. */
export class PoolClosedError extends GreenpoolError {
  /** @internal */
  constructor(pool: string | undefined) {
    super(
      'ERR_POOL_CLOSED',
      `${describePool(pool)} is closed and takes no new work; spawn before close(), or make a new pool`,
    );
  }
}

/** Thrown instead of waiting for oneself for ever: the code `ERR_POOL_DEADLOCK`. */
export class PoolDeadlockError extends GreenpoolError {
  /** @internal */
  constructor(message: string) {
    super('ERR_POOL_DEADLOCK', message);
  }
}

/** Thrown by `putNowait` on a full queue: the code `ERR_QUEUE_FULL`. */
export class Full extends GreenpoolError {
  /** @internal */
  constructor(maxsize: number) {
    super('ERR_QUEUE_FULL', `the queue is full (maxsize ${maxsize}); await put(), or take items out first`);
  }
}

/** Thrown by `getNowait` on an empty queue: the code `ERR_QUEUE_EMPTY`. */
export class Empty extends GreenpoolError {
  /** @internal */
  constructor() {
    super('ERR_QUEUE_EMPTY', 'the queue is empty; await get(), or put items in first');
  }
}

/**
 * A time that ran out: the code `ERR_TIMEOUT`. Nested timeouts are told apart by identity, so make one yourself
 * and hand it to `withTimeout` when you must know whose it was.
 *
 * @example
 * const mine = new Timeout(20);
 * try {
 *   await withTimeout(mine, sleep, 60_000);
 * } catch (error) {
 *   console.log(error === mine); // true
 * }
 */
export class Timeout extends GreenpoolError {
  /** The time that was allowed, in milliseconds. */
  readonly ms: number;

  /** `ms` is the time allowed, in milliseconds; `what` names what took longer. */
  constructor(ms: number, what = 'the operation') {
    super('ERR_TIMEOUT', `${what} did not end within ${ms} ms; raise the timeout or find what holds it up`);
    this.ms = ms;
  }
}

/**
 * The place where a task ran is gone, and the task with it: the code `ERR_WORKER_LOST` for a thread that ended by itself, such
 * as by `process.exit()` or for want of memory. `cause` is the error that ended it, if there was one.
 */
export class ExecutorError extends GreenpoolError {
  /** With what the thread ended; `undefined` when it never said. */
  readonly exitCode: number | undefined;

  /** @internal */
  constructor(
    code: 'ERR_WORKER_LOST',
    message: string,
    { cause, exitCode }: { cause?: unknown; exitCode?: number },
  ) {
    super(code, message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** How messages call a pool: its name when it has one. */
export function describePool(name: string | undefined): string {
  return name === undefined ? 'this pool' : `the pool "${name}"`;
}
