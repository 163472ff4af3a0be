import { checkedFunction, checkedObject, show } from '../primitives/checks.ts';
import type { TaskFunction } from './executor.ts';

/** Where any thread or machine finds a function: the module that defines it, and its name there. */
export interface TaskAddress {
  readonly url: string;
  readonly name: string;
}

interface Registry {
  readonly addresses: WeakMap<TaskFunction, TaskAddress>;
  readonly modules: Map<string, Map<string, TaskFunction>>;
}

// One for all copies of this package in a process: a module may be loaded with one, and its tasks be spawned with another.
const key = Symbol.for('greenpool.tasks');
const host = globalThis as { [key]?: Registry };
host[key] ??= { addresses: new WeakMap(), modules: new Map() };
const registry: Registry = host[key];

/**
 * Gives functions an address, `url#name`, by which other threads and machines find them: what a `ThreadPool` runs. They stay the
 * same functions, to be called and spawned as before. To be called at the top of a module, with its own `import.meta.url`;
 * whoever runs a task imports that module. Arguments and results are copied on the way, as by `structuredClone`.
 *
 * @typeParam T - Functions by name.
 * @returns `tasks`.
 * @throws {TypeError} when `url` is no URL, or a task is not a function.
 * @example
 * const { square } = defineTasks(import.meta.url, { square: (n: number) => n * n });
 * console.log(square(3)); // 9
 */
export function defineTasks<T extends Readonly<Record<string, (...args: never[]) => unknown>>>(
  url: string | URL,
  tasks: T,
): T {
  const address = checkedUrl(url);
  checkedObject('tasks', tasks);
  for (const [name, fn] of Object.entries(tasks)) checkedFunction(`the task ${show(name)}`, fn);
  for (const [name, fn] of Object.entries(tasks)) giveAddress(fn, { url: address, name });
  return tasks;
}

/** Makes `fn` a task, found at `address` from now on. */
function giveAddress(fn: TaskFunction, address: TaskAddress): void {
  registry.addresses.set(fn, address);
  const tasks = registry.modules.get(address.url) ?? new Map<string, TaskFunction>();
  tasks.set(address.name, fn);
  registry.modules.set(address.url, tasks);
}

/** The address of a task; `undefined` for a function that is none. */
export function addressOf(fn: TaskFunction): TaskAddress | undefined {
  return registry.addresses.get(fn);
}

/** The task at an address whose module has been loaded. */
export function taskAt({ url, name }: TaskAddress): TaskFunction | undefined {
  return registry.modules.get(url)?.get(name);
}

function checkedUrl(url: unknown): string {
  if (url instanceof URL) return url.href;
  if (typeof url === 'string' && URL.canParse(url)) return url;
  throw new TypeError(
    `defineTasks takes import.meta.url of the module that it is called in, got ${show(url)}`,
  );
}
