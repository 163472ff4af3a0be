import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inject } from 'vitest';

const root = resolve(dirname(inject('greenpoolMain')), '../..');
const load = (path: string): Promise<unknown> =>
  import(/* @vite-ignore */ pathToFileURL(join(root, path)).href);

// The library as Node loads it, in this process and in the threads that it starts. All three are what the types say.
export const greenpool = (await load('dist/index.js')) as typeof import('greenpool');
export const { ExecutorError, ThreadPool, transfer } = (await load(
  'dist/threads/index.js',
)) as typeof import('greenpool/threads');
export const { tasks, places, OrderError } = (await load(
  'tasks/tasks.js',
)) as typeof import('./tasks/tasks.ts');
export const { ahead, BOARD } = (await load('tasks/ahead.js')) as typeof import('./tasks/ahead.ts');
export const { failures } = (await load('tasks/failures.js')) as typeof import('./tasks/failures.ts');
export const { streams } = (await load('tasks/streams.js')) as typeof import('./tasks/streams.ts');
export const { bodies, SIGN_OF_LIFE } = (await load('tasks/bodies.js')) as typeof import('./tasks/bodies.ts');

/** Where the library and the tasks are, as Node loads them. */
export const builtRoot = root;

/** Numbers that all threads see. */
export function shared(length = 8): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/** Resolves when `flags[index]` is at least `value`. */
export async function reaches(flags: Int32Array, index: number, value: number): Promise<void> {
  while (Atomics.load(flags, index) < value) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Sets `flags[index]`, and wakes who waits for it. */
export function open(flags: Int32Array, index: number): void {
  Atomics.store(flags, index, 1);
  Atomics.notify(flags, index);
}
