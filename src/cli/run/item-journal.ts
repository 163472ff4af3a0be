import type { Item } from '../input/item.ts';
import type { Shortfall } from '../output/records.ts';

/** What a run remembers of its items, so that a later one goes on where it stopped. */
export interface ItemJournal {
  /** Whether an item is to run: `known` if an earlier session has seen to it, or how it is to end without a call. */
  admit(item: Item): 'run' | 'known' | Shortfall;
  /** How many attempts an item that is to run has failed in before; they count. */
  attemptsBefore(item: Item): number;
  /** Whether items were passed over that have not ended: a retry leaves them to a resume. */
  readonly hasPassedOver: boolean;
  /** The function is about to be called for the first time. Resolves when that is on record, if it has to be. */
  begin(item: Item): Promise<void> | undefined;
  /** Attempt number `attempt` has failed, and another one follows. Resolves when that is on record. */
  retry(item: Item, attempt: number, error: unknown): Promise<void>;
}
