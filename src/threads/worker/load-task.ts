import { fileURLToPath } from 'node:url';
import type { TaskFunction } from '../../core/executor.ts';
import { type TaskAddress, taskAt } from '../../core/task.ts';
import { findExport } from '../../loader/find-export.ts';
import { importModule, type Namespace } from '../../loader/import-module.ts';
import { show } from '../../primitives/checks.ts';

const modules = new Map<string, Promise<Namespace>>();

/**
 * The function at an address: as `defineTasks` has named it, else the export of that name.
 *
 * @throws what the module throws when it is loaded, each time; a `TypeError` when there is no such function in it.
 */
export async function loadTask(address: TaskAddress): Promise<TaskFunction> {
  const { url, name } = address;
  const loading = modules.get(url) ?? load(url);
  modules.set(url, loading);
  const namespace = await loading;
  const task = taskAt(address) ?? findExport(namespace, name);
  if (typeof task === 'function') return task as TaskFunction; // of whatever kind, it gets what it was spawned with
  throw new TypeError(
    `${url} has no task ${show(name)} when another thread loads it; define tasks at the top of their module`,
  );
}

function load(url: string): Promise<Namespace> {
  // A query or a fragment makes it another module.
  if (url.startsWith('file:') && !/[?#]/.test(url)) return importModule(fileURLToPath(url));
  return import(url) as Promise<Namespace>; // an imported namespace is an object of that shape
}
