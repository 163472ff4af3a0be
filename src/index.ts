export type { FailureInfo } from './core/failures.ts';
export { GreenMap } from './core/green-map.ts';
export { GreenPile, type GreenPileOptions } from './core/green-pile.ts';
export { GreenPool } from './core/green-pool.ts';
export { GreenThread } from './core/green-thread.ts';
export type { PerKeyOptions } from './core/limits/per-key.ts';
export type { RateOptions } from './core/limits/rate.ts';
export type { RetryOptions } from './core/limits/retry.ts';
export type { GreenPoolOptions, WithOptions } from './core/options.ts';
export { getcurrent, spawn, spawnAfter, spawnN, withTimeout } from './core/spawn.ts';
export type { PoolStats } from './core/stats.ts';
export { defineTasks } from './core/task.ts';
export type { ThreadState } from './core/thread-state.ts';
export {
  Empty,
  type ErrorCode,
  Full,
  GreenletExit,
  GreenpoolError,
  PoolClosedError,
  PoolDeadlockError,
  Timeout,
} from './errors.ts';
export type { Clock, Timer } from './primitives/clock.ts';
export { Event } from './primitives/event.ts';
export { LifoQueue } from './primitives/lifo-queue.ts';
export { PriorityQueue, type PriorityQueueOptions } from './primitives/priority-queue.ts';
export { Queue } from './primitives/queue.ts';
export { ResourcePool, type ResourcePoolOptions } from './primitives/resource-pool.ts';
export { BoundedSemaphore, type Permit, Semaphore } from './primitives/semaphore.ts';
export { sleep } from './primitives/sleep.ts';
export type { WaitOptions } from './primitives/waiter.ts';
