// Stand-ins for the names that examples in the documentation use without making them. tests/docs.test.ts imports
// those that a block uses and does not declare itself; each block gets its own copy of this module.
import { GreenPool, getcurrent } from 'greenpool';

export { count, countTo, invert, spin, square } from './docs-tasks.ts';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

export const url = 'https://example.org/';
export const urls: readonly string[] = ['a', 'b', 'c', 'd', 'e'].map((path) => url + path);
export const files: readonly string[] = ['one.txt', 'two.txt', 'three.txt'];
export const pool: GreenPool = new GreenPool(3);
export const signal: AbortSignal = new AbortController().signal;

export async function fetchPage(address: string): Promise<Page> {
  await Promise.resolve();
  return { url: address, status: 200, body: `page of ${address}` };
}

export async function work(): Promise<string> {
  await Promise.resolve();
  return `worked in ${getcurrent()?.id ?? 'no thread'}`;
}
