import type { Item } from '../input/item.ts';

/** What a run was told, and what it left alone for that. */
export class RunCourse {
  /** Whether anything may still be started, and what runs was told to go on. */
  state: 'running' | 'draining' | 'cancelled' = 'running';
  cancelReason: unknown;
  /** The first item that was left alone, if it was read at all. */
  firstLeft: Item | undefined;

  /** Leaves an item alone. One that waited for its slot may be left after one that came later. */
  leave(item: Item): void {
    if (this.firstLeft === undefined || item.id < this.firstLeft.id) this.firstLeft = item;
  }
}
