import { IdentityCounts } from './identity-counts.ts';
import type { HeldRecord, HeldResult, JournalRecord, StartRecord } from './records.ts';

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
  readonly #interrupted: Map<string, InterruptedItem[]> = new Map();
  readonly #held: Map<string, HeldItem> = new Map();
  #heldById: Map<string, HeldItem[]> | undefined;

  /** How many items are in each state, without those that were taken. */
  get counts(): Readonly<Record<KnownState['state'], number>> {
    const sum = (lists: Iterable<readonly unknown[]>): number =>
      [...lists].reduce((n, { length }) => n + length, 0);
    return {
      done: this.#done.total,
      failed: this.#failed.total,
      skipped: this.#skipped.total,
      held: this.#heldById === undefined ? this.#held.size : sum(this.#heldById.values()),
      interrupted: this.#running.size + sum(this.#interrupted.values()),
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
    for (const [n, { id, attempts }] of this.#running) listIn(this.#interrupted, id).push({ n, attempts });
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
      this.#takeWaiting(id, (item) => item.n === n) ??
      this.#takeEnded(id) ??
      this.#takeWaiting(id, () => true)
    );
  }

  #takeEnded(id: string): KnownState | undefined {
    if (this.#done.take(id)) return { state: 'done' };
    if (this.#failed.take(id)) return { state: 'failed' };
    if (this.#skipped.take(id)) return { state: 'skipped' };
    return undefined;
  }

  #takeWaiting(id: string, isRight: (item: { readonly n: number }) => boolean): KnownState | undefined {
    const held = takeFrom(this.#heldByIdentity(), id, isRight);
    if (held !== undefined) return { state: 'held', as: held.as, result: held.result };
    const interrupted = takeFrom(this.#interrupted, id, isRight);
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
    const own = takeFrom(this.#interrupted, id, (item) => item.n === n);
    return (own ?? takeFrom(this.#interrupted, id, () => true)) !== undefined;
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

  #heldByIdentity(): Map<string, HeldItem[]> {
    if (this.#heldById !== undefined) return this.#heldById;
    this.#heldById = new Map();
    for (const held of this.#held.values()) listIn(this.#heldById, held.id).push(held);
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

function listIn<T>(lists: Map<string, T[]>, id: string): T[] {
  const list = lists.get(id) ?? [];
  lists.set(id, list);
  return list;
}

/** Takes the first one that is right out of the list of `id`. */
function takeFrom<T>(lists: Map<string, T[]>, id: string, isRight: (item: T) => boolean): T | undefined {
  const list = lists.get(id) ?? [];
  const index = list.findIndex(isRight);
  if (index < 0) return undefined;
  const [taken] = list.splice(index, 1);
  if (list.length === 0) lists.delete(id);
  return taken;
}
