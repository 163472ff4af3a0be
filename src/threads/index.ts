export { ExecutorError } from '../errors.ts';
export { type ThreadLimits, ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';
export type { ThreadStream } from './thread-stream.ts';
export { transfer } from './transfer.ts';
