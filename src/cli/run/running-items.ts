import { getcurrent } from '../../core/spawn.ts';
import type { Item } from '../input/item.ts';
import { RunningItem, type RunningItemHost } from './running-item.ts';
import { SlotNumbers } from './slot-numbers.ts';

/** The items that run, each in a slot of its own. */
export class RunningItems implements Iterable<RunningItem> {
  readonly #host: RunningItemHost;
  readonly #numbers: SlotNumbers = new SlotNumbers();
  readonly #bySlot: (RunningItem | undefined)[] = [];

  constructor(host: RunningItemHost) {
    this.#host = host;
  }

  *[Symbol.iterator](): IterableIterator<RunningItem> {
    for (const running of this.#bySlot) if (running !== undefined) yield running;
  }

  /** Takes a slot for `item`, in whose green thread this is called; attempts of earlier runs count. */
  begin(item: Item, attemptsBefore: number): RunningItem {
    const slot = this.#numbers.take();
    const place = { slot, thread: getcurrent(), attemptsBefore };
    const running = new RunningItem(item, this.#host, place);
    this.#bySlot[slot] = running;
    this.#host.tally.running += 1;
    return running;
  }

  /** Gives the slot of an item back that has ended. */
  free({ slot }: RunningItem): void {
    this.#bySlot[slot] = undefined;
    this.#numbers.give(slot);
    this.#host.tally.running -= 1;
  }

  /** Gives out the slots below `size` from now on. */
  resize(size: number): void {
    this.#numbers.resize(size);
  }
}
