import { show } from '../primitives/checks.ts';

// One for all copies of this package in a thread, as for tasks.
const key = Symbol.for('greenpool.transfers');
const host = globalThis as { [key]?: WeakMap<object, readonly object[]> };

const MOVED = 'a buffer has been moved before, and is empty; transfer what is still there';

/**
 * Marks `value`, an argument or the result of a task, so that `buffers` are moved with it and not copied: in no time, whatever
 * their size. Whoever gave them away finds them empty. A call with such an argument goes in a message of its own.
 *
 * @returns `value` itself, so that the task may also be called in this thread.
 * @throws {TypeError} when `value` is no object.
 * @example
 * const bytes = new Uint8Array(1024);
 * const same = transfer(bytes, [bytes.buffer]);
 * console.log(same === bytes); // true
 */
export function transfer<T extends object>(value: T, buffers: readonly object[]): T {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`transfer takes an object that holds the buffers, got ${show(value)}`);
  }
  if (!Array.isArray(buffers)) {
    throw new TypeError(`transfer takes an array of what is to be moved, got ${show(buffers)}`);
  }
  host[key] ??= new WeakMap();
  host[key].set(value, [...buffers]);
  return value;
}

/**
 * What is to be moved with `values`.
 *
 * @throws {TypeError} when some of it has been moved before: Node would post such a message, and the other side never see it.
 */
export function transfersOf(values: readonly unknown[]): object[] {
  const moves = host[key];
  // Nobody has marked anything yet, so nothing is looked up.
  if (moves === undefined) return [];
  const all = values.flatMap(
    (value) => (typeof value === 'object' && value !== null && moves.get(value)) || [],
  );
  for (const one of all) if (one instanceof ArrayBuffer && isDetached(one)) throw new TypeError(MOVED);
  return all;
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  // Node 20 has no `detached`; what is only empty can be looked at.
  try {
    return new Uint8Array(buffer).byteLength !== 0;
  } catch {
    return true;
  }
}
