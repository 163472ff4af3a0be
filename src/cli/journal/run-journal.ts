import { ignore } from '../../primitives/deferred.ts';
import { ItemError } from '../failures/item-error.ts';
import type { Item } from '../input/item.ts';
import type { FailedItems } from '../output/failed-items.ts';
import type { OutputRecord } from '../output/output-record.ts';
import type { Shortfall } from '../output/records.ts';
import type { EndOfItem, Results } from '../output/results.ts';
import type { ItemJournal } from '../run/item-journal.ts';
import type { Tally } from '../run/tally.ts';
import type { SyncMode } from './commit-parts.ts';
import { identityOfItem } from './item-identity.ts';
import type { ItemStates } from './item-states.ts';
import type { Begun, ItemEnd, JournalWriter } from './journal-writer.ts';
import type { HeldResult, Rerun } from './records.ts';
import type { ResultWriter } from './result-writer.ts';

/** What becomes of items that were running when an earlier session was killed. */
export type OnInflight = 'retry' | 'skip' | 'fail';

/** How a session treats what earlier ones left. */
export interface RunPolicy {
  /** The field by which items are known. */
  readonly key: string | undefined;
  readonly onInflight: OnInflight;
  /** Runs what failed, and nothing else. */
  readonly isRetry: boolean;
  readonly sync: SyncMode;
}

/** What a run journal is made of. */
export interface RunJournalParts {
  readonly writer: JournalWriter;
  readonly results: ResultWriter;
  readonly states: ItemStates;
  readonly policy: RunPolicy;
  readonly tally: Tally;
  /** Take what items come to before it is recorded, such as files of their own. */
  readonly others: readonly Results[];
  readonly failedItems: FailedItems | undefined;
}

interface Admitted {
  readonly identity: string;
  readonly again: Rerun | undefined;
  /** Attempts that had failed when an earlier session ended. */
  readonly attempts: number;
}

const LONGEST_LABEL = 200;

/** Remembers what becomes of each item, and takes what it comes to. */
export class RunJournal implements ItemJournal, Results {
  readonly #parts: RunJournalParts;
  /** Items that were looked up and have not begun. In a new journal nothing is looked up. */
  readonly #admitted: Map<number, Admitted> = new Map();
  readonly #hasPast: boolean;
  #hasPassedOver = false;

  constructor(parts: RunJournalParts) {
    this.#parts = parts;
    const { counts } = parts.states;
    this.#hasPast = parts.policy.isRetry || Object.values(counts).some((count) => count > 0);
  }

  get isFull(): boolean {
    return this.#parts.results.isFull || this.#parts.others.some((other) => other.isFull);
  }

  get hasPassedOver(): boolean {
    return this.#hasPassedOver;
  }

  admit(item: Item): 'run' | 'known' | Shortfall {
    if (!this.#hasPast) return 'run';
    const { states, policy } = this.#parts;
    const identity = identityOfItem(item, this.#parts.policy.key);
    const known = states.take(identity, item.id);
    // What is left for a resume stays a gap: what waits behind it for its turn goes on waiting.
    if (known === undefined) {
      if (policy.isRetry) return this.#passOver();
      return this.#admit(item, { identity, again: undefined, attempts: 0 });
    }
    switch (known.state) {
      case 'interrupted':
        if (policy.isRetry) return this.#passOver();
        return this.#admitInterrupted(item, identity, known.attempts);
      case 'failed':
        if (policy.isRetry) return this.#admit(item, { identity, again: 'failed', attempts: 0 });
        return this.#restore(item, 'failed', undefined);
      case 'held':
        return this.#restore(item, known.as, known.result);
      default:
        return this.#restore(item, known.state, undefined);
    }
  }

  attemptsBefore({ id }: Item): number {
    if (!this.#hasPast) return 0;
    return this.#admitted.get(id)?.attempts ?? 0;
  }

  begin(item: Item): Promise<void> | undefined {
    item.begun = this.#start(item);
    // Whoever runs again what was running needs to know of none: all that is not known to have ended runs again.
    return this.#parts.policy.onInflight === 'retry' ? undefined : this.#settled(item.begun.position);
  }

  async retry({ id }: Item, attempt: number, error: unknown): Promise<void> {
    await this.#settled(this.#parts.writer.retry(id, attempt + 1, error));
  }

  put(item: Item, record: OutputRecord, end: EndOfItem): Promise<unknown> | undefined {
    const { others } = this.#parts;
    const recorded = endFor(item, end);
    if (others.length === 0) return recorded && this.#record(item, record, recorded);
    const waits = others.map((other) => other.put(item, record, end)).filter((wait) => wait !== undefined);
    if (recorded === undefined) return undefined;
    if (waits.length === 0) return this.#record(item, record, recorded);
    // A file of its own is there before the record that tells of it.
    return Promise.all(waits).then(() => this.#record(item, record, recorded));
  }

  async waitForRoom(): Promise<void> {
    await Promise.all([this.#parts.results, ...this.#parts.others].map((taker) => taker.waitForRoom()));
  }

  async finish(): Promise<void> {
    await Promise.all([this.#parts.results, ...this.#parts.others].map((taker) => taker.finish()));
  }

  #record(item: Item, record: OutputRecord, end: ItemEnd): Promise<void> {
    // What cannot be read and what must not run again ends without a call.
    const begun = item.begun ?? this.#start(item);
    item.begun = undefined;
    const position = this.#parts.results.put(begun, end, record);
    if (typeof position === 'number') return this.#settled(position);
    return position.then((known) => this.#settled(known));
  }

  #start(item: Item): Begun {
    const { id } = item;
    const { writer } = this.#parts;
    const admitted = this.#hasPast ? this.#admitted.get(id) : undefined;
    if (admitted === undefined) return writer.start(id, identityOfItem(item, this.#parts.policy.key));
    this.#admitted.delete(id);
    return writer.start(id, admitted.identity, admitted.again, admitted.attempts + 1);
  }

  /** Resolves when a record is safe; or will never be, which is told elsewhere. */
  #settled(position: number): Promise<void> {
    const { writer, policy } = this.#parts;
    return policy.sync === 'always'
      ? writer.whenDurable(position).catch(ignore)
      : writer.whenSettled(position);
  }

  #admit({ id }: Item, admitted: Admitted): 'run' {
    this.#admitted.set(id, admitted);
    return 'run';
  }

  #passOver(): 'known' {
    this.#hasPassedOver = true;
    return 'known';
  }

  #admitInterrupted(item: Item, identity: string, begun: number): 'run' | Shortfall {
    const { tally, policy } = this.#parts;
    tally.interrupted += 1;
    const run = this.#admit(item, { identity, again: 'interrupted', attempts: begun - 1 });
    if (policy.onInflight === 'retry') return run;
    const reason = 'it was running when an earlier run ended';
    if (policy.onInflight === 'skip') return { status: 'skipped', reason };
    return { status: 'failed', error: new ItemError('ERR_ITEM_INTERRUPTED', reason) };
  }

  #restore(item: Item, state: 'done' | 'failed' | 'skipped', held: HeldResult | undefined): 'known' {
    const { tally, failedItems, results } = this.#parts;
    tally.restored[state] += 1;
    if (state === 'failed') failedItems?.add(item);
    results.restore(item.id, held);
    return 'known';
  }
}

/** Nothing for what was cancelled: it is to run again, and then it leaves what it leaves. */
function endFor(item: Item, end: EndOfItem): ItemEnd | undefined {
  switch (end.status) {
    case 'done':
      return { status: 'done' };
    case 'failed':
      return { status: 'failed', attempts: end.attempts, error: end.error, item: labelOf(item) };
    case 'skipped':
      return { status: 'skipped', reason: end.reason };
    case 'cancelled':
      return undefined;
  }
}

/** The beginning of an item, for people. */
function labelOf({ raw, value }: Item): string {
  const text = Array.isArray(raw) ? raw[0] : raw;
  if (typeof text === 'string') return text.slice(0, LONGEST_LABEL);
  return (JSON.stringify(value) ?? '').slice(0, LONGEST_LABEL);
}
