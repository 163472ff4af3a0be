// What hash-tree.ts runs in threads. Each of them imports this module, so a task stands in a module without side effects.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineTasks } from 'greenpool';

export const { hashFile } = defineTasks(import.meta.url, {
  // A thread runs one task at a time, so that nothing would be gained by reading the file asynchronously.
  hashFile(path: string): [path: string, hash: string] {
    return [path, createHash('sha256').update(readFileSync(path)).digest('hex')];
  },
});
