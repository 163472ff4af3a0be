// What tests get for `greenpool/threads`: the copy that was translated for this run, since threads load files by themselves.
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ThreadPool as Pool } from 'greenpool/threads';
import { inject } from 'vitest';

const door = pathToFileURL(resolve(dirname(inject('greenpoolMain')), '../threads/index.js')).href;
// The translation of what the types were made from.
const threads = (await import(/* @vite-ignore */ door)) as typeof import('../../src/threads/index.ts');

export type ThreadPool = Pool;
export const { ExecutorError, ThreadPool, transfer } = threads;
