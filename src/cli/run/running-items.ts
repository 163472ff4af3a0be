import { RunningItem, type RunningItemHost } from './running-item.ts';
import { SlotNumbers } from './slot-numbers.ts';
import type { Tries } from './tries.ts';

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

  /** Takes a slot for another attempt. */
  begin(tries: Tries): RunningItem {
    const slot = this.#numbers.take();
    const running = new RunningItem(tries, this.#host, slot);
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
