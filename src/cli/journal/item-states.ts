import { IdentityCounts } from './identity-counts.ts';
import type { HeldRecord, HeldResult, JournalRecord, StartRecord } from './records.ts';
import { WaitingItems } from './waiting-items.ts';

/** How an item can have ended. */
type EndState = 'done' | 'failed' | 'skipped';

/** What a journal knows of an item. `undefined` instead of one of these: nothing, so it is to run. */
export type KnownState =
  | { readonly state: EndState }
  /** It ended like `as`, and what it leaves is still to be put into the output. */
  | { readonly state: 'held'; readonly as: EndState; readonly result: HeldResult }
  /** It was running when a session ended. `attempts` is how many it had begun. */
  | { readonly state: 'interrupted'; readonly attempts: number };

interface RunningItem {
  readonly id: string;
  attempts: number;
}

interface InterruptedItem {
  readonly n: number;
  readonly attempts: number;
}

interface HeldItem {
  readonly id: string;
  readonly n: number;
  readonly as: EndState;
  readonly result: HeldResult;
}

/**
 * The state of all items, built up record by record, then taken out item by item while the input is read again.
 *
 * Equal items are interchangeable, so states are counted, not numbered: of three equal lines with two done, the first
 * two that come are done. Memory: `IdentityCounts` for what is done, failed or skipped; a `Map` entry, about 200
 * bytes, only for each item that was running or whose result is held back.
 */
export class ItemStates {
  readonly #done = new IdentityCounts();
  readonly #failed = new IdentityCounts();
  readonly #skipped = new IdentityCounts();
  readonly #running: Map<number, RunningItem> = new Map();
  readonly #interrupted: WaitingItems<InterruptedItem> = new WaitingItems();
  readonly #held: Map<string, HeldItem> = new Map();
  #heldById: WaitingItems<HeldItem> | undefined;

  /** How many items are in each state, without those that were taken. */
  get counts(): Readonly<Record<KnownState['state'], number>> {
    return {
      done: this.#done.total,
      failed: this.#failed.total,
      skipped: this.#skipped.total,
      held: this.#heldById === undefined ? this.#held.size : this.#heldById.size,
      interrupted: this.#running.size + this.#interrupted.size,
    };
  }

  /** Results that are held back, in the order in which they came. */
  get heldResults(): readonly HeldResult[] {
    return [...this.#held.values()].map(({ result }) => result);
  }

  /** Takes one record in. False if it does not fit what came before. */
  apply(record: JournalRecord): boolean {
    switch (record.t) {
      case 'open':
        this.interruptRunning();
        return true;
      case 'start':
        return this.#start(record);
      case 'retry': {
        const running = this.#running.get(record.n);
        if (running !== undefined) running.attempts = record.attempt;
        return running !== undefined;
      }
      case 'written':
        return this.#putWritten(record);
      case 'header':
      case 'sync':
      case 'close':
        return true;
      default: {
        if (record.t === 'done' && record.id !== undefined && !this.#start({ ...record, id: record.id }))
          return false;
        const running = this.#running.get(record.n);
        if (!this.#running.delete(record.n) || running === undefined) return false;
        if (record.t === 'held') this.#held.set(placeOf(record), heldItemOf(running.id, record));
        else this.#tableOf(record.t).add(running.id);
        return true;
      }
    }
  }

  /** What ran in a session that is over will not end any more. */
  interruptRunning(): void {
    for (const [n, { id, attempts }] of this.#running) this.#interrupted.add(id, { n, attempts });
    this.#running.clear();
  }

  /** A held result that is lost: its item is as if it had never run. */
  forgetHeld(result: HeldResult): void {
    this.#held.delete(placeOf(result));
  }

  /**
   * What is known of the next item with this identity, number `n` of the input; each answer is given once. Of equal
   * items those that had this number come first: so each keeps its own, in envelopes and names of files, where the input
   * has not changed. Else items whose results are in the output come first: of equal items in an ordered run, the
   * earliest were written first.
   */
  take(id: string, n: number): KnownState | undefined {
    return (
      this.#takeWaiting('takeOwn', id, n) ?? this.#takeEnded(id) ?? this.#takeWaiting('takeFirst', id, n)
    );
  }

  #takeEnded(id: string): KnownState | undefined {
    if (this.#done.take(id)) return { state: 'done' };
    if (this.#failed.take(id)) return { state: 'failed' };
    if (this.#skipped.take(id)) return { state: 'skipped' };
    return undefined;
  }

  #takeWaiting(take: 'takeOwn' | 'takeFirst', id: string, n: number): KnownState | undefined {
    const held = this.#heldByIdentity()[take](id, n);
    if (held !== undefined) return { state: 'held', as: held.as, result: held.result };
    const interrupted = this.#interrupted[take](id, n);
    return interrupted && { state: 'interrupted', attempts: interrupted.attempts };
  }

  #start({ n, id, again, attempt = 1 }: Pick<StartRecord, 'n' | 'id' | 'again' | 'attempt'>): boolean {
    if (this.#running.has(n)) return false;
    if (again === 'failed' && !this.#failed.take(id)) return false;
    if (again === 'interrupted' && !this.#takeInterrupted(id, n)) return false;
    this.#running.set(n, { id, attempts: attempt });
    return true;
  }

  #takeInterrupted(id: string, n: number): boolean {
    return (this.#interrupted.takeOwn(id, n) ?? this.#interrupted.takeFirst(id)) !== undefined;
  }

  #putWritten(place: HeldPlace): boolean {
    const held = this.#held.get(placeOf(place));
    if (held === undefined) return false;
    this.#held.delete(placeOf(place));
    this.#tableOf(held.as).add(held.id);
    return true;
  }

  #tableOf(end: EndState): IdentityCounts {
    return { done: this.#done, failed: this.#failed, skipped: this.#skipped }[end];
  }

  #heldByIdentity(): WaitingItems<HeldItem> {
    if (this.#heldById !== undefined) return this.#heldById;
    this.#heldById = new WaitingItems();
    for (const held of this.#held.values()) this.#heldById.add(held.id, held);
    return this.#heldById;
  }
}

type HeldPlace = Pick<HeldResult, 'session' | 'at'>;

function placeOf({ session, at }: HeldPlace): string {
  return `${session}:${at}`;
}

function heldItemOf(id: string, { n, session, at, size, sum, as }: HeldRecord): HeldItem {
  return { id, n, as: as ?? 'done', result: { session, at, size, sum } };
}
