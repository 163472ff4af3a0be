import { FailureTable } from '../../../src/cli/failures/failure-table.ts';
import type { Item, ItemSource } from '../../../src/cli/input/item.ts';
import { HeldFiles } from '../../../src/cli/journal/held-file.ts';
import type { JournalFiles } from '../../../src/cli/journal/journal-files.ts';
import { openSession, type SessionOptions } from '../../../src/cli/journal/open-session.ts';
import { OrderedResultWriter } from '../../../src/cli/journal/ordered-result-writer.ts';
import type { JournalPlace } from '../../../src/cli/journal/replay.ts';
import { PlainResultWriter } from '../../../src/cli/journal/result-writer.ts';
import { RunJournal } from '../../../src/cli/journal/run-journal.ts';
import { ItemLimits } from '../../../src/cli/limits/item-limits.ts';
import type { OutputRecord } from '../../../src/cli/output/output-record.ts';
import type { Records } from '../../../src/cli/output/records.ts';
import type { Results } from '../../../src/cli/output/results.ts';
import type { ItemFunction } from '../../../src/cli/run/item-context.ts';
import { ItemRun } from '../../../src/cli/run/item-run.ts';
import { Tally } from '../../../src/cli/run/tally.ts';
import type { Clock } from '../../../src/primitives/clock.ts';
import { nextTurn } from './crash-disk.ts';
import { type Random, upTo } from './random.ts';
import { turnClock } from './turn-clock.ts';

/** What is run, and how. */
export interface Workload {
  /**
   * `fail...` fails, `skip...` is skipped, `retry...` needs two attempts, `report...` fails and leaves something in the
   * output, `large...` is written in two pieces; anything may come twice.
   */
  readonly input: readonly string[];
  readonly size: number;
  readonly ordered: boolean;
  readonly sync: SessionOptions['sync'];
  /** When a slot is free again: then a crash makes no more than `size` items run again. */
  readonly freeSlot: 'when written' | 'when durable';
  /** Whether writes wait for no turn of the event loop when nothing else runs. */
  readonly isHasty?: boolean;
  /** The real one, on a real disk. */
  readonly clock?: Clock;
}

/** What the items went through in one session. */
export class Ledger {
  /** How often an item was started with its first attempt. */
  readonly runs: string[] = [];
  /** Items that are running, or have ended or failed and were not acknowledged. */
  readonly unsafe: string[] = [];
  #isClosed = false;

  start(item: string, attempt: number): void {
    if (this.#isClosed) return;
    if (attempt === 1) this.runs.push(item);
    this.unsafe.push(item);
  }

  acknowledge(item: string): void {
    if (!this.#isClosed) this.unsafe.splice(this.unsafe.indexOf(item), 1);
  }

  /** The process is dead. Its code goes on here, but does nothing that anybody would see. */
  close(): void {
    this.#isClosed = true;
  }
}

/** Where the journal and the output of a workload are. */
export const PLACE: JournalPlace = { folder: 'w/run.gpj', output: 'w/out.ndjson' };

/** One session from its opening to its close. A crash leaves it hanging. */
export async function runWorkload(
  files: JournalFiles,
  workload: Workload,
  ledger: Ledger,
  random: Random,
): Promise<void> {
  const { ordered, sync, input, size, freeSlot, clock = turnClock, isHasty } = workload;
  const failures: unknown[] = [];
  let run: ItemRun | undefined;
  const onFailure = (error: unknown): void => {
    failures.push(error);
    run?.cancel(error);
    run?.abandon(error);
  };
  const tally = new Tally();
  const options = {
    ...{ ordered, sync, onFailure, clock, rotateAt: 500, now: () => 0, pid: 1 },
    ...(isHasty && { isQuiet: () => tally.running === 0 }),
  };
  const { writer, replay } = await openSession(files, PLACE, options);
  const parts = { writer, heldFiles: new HeldFiles(files, PLACE.folder), encoding: 'utf8' } as const;
  const journal = new RunJournal({
    writer,
    results: ordered ? new OrderedResultWriter(parts, 1) : new PlainResultWriter(parts),
    states: replay.items,
    policy: {
      key: undefined,
      onInflight: 'retry',
      isRetry: false,
      sync: freeSlot === 'when durable' ? 'always' : sync,
    },
    tally,
    others: [],
    failedItems: undefined,
  });
  // After a failure nothing is safe, and nothing starts.
  const acknowledge = ({ value }: Item): void => {
    if (writer.failure === undefined) ledger.acknowledge(String(value));
  };
  run = new ItemRun({
    limits: new ItemLimits({ jobs: size, retries: 1, backoff: 0, retryOn: ['EAGAIN'] }, { clock }),
    work: { call: callWith(ledger, random), records },
    reader: new ListItems(input),
    results: acknowledging(journal, acknowledge),
    journal: {
      admit: (item) => journal.admit(item),
      hasPassedOver: false,
      attemptsBefore: (item) => journal.attemptsBefore(item),
      begin: (item) => journal.begin(item),
      retry: async (item, attempt, error) => {
        await journal.retry(item, attempt, error);
        acknowledge(item);
      },
    },
    tally,
    failures: new FailureTable(),
    log: () => {},
  });
  if (failures.length === 0) await run.run();
  await writer.close({ hasWorkLeft: run.hasWorkLeft });
  if (failures.length > 1) throw new Error(`${failures.length} failures were told`);
  if (failures.length > 0) throw failures[0];
}

function callWith(ledger: Ledger, random: Random): ItemFunction {
  return async (value, { attempt, skip }) => {
    const item = String(value);
    ledger.start(item, attempt);
    for (let turns = upTo(12, random); turns > 0; turns -= 1) await nextTurn();
    if (item.startsWith('retry') && attempt === 1) throw Object.assign(new Error(item), { code: 'EAGAIN' });
    if (item.startsWith('fail') || item.startsWith('report')) throw new TypeError(item);
    if (item.startsWith('skip')) skip('asked for it');
    return item;
  };
}

const records: Records = {
  begin() {},
  succeed: ({ value }) => recordOf(String(value)),
  fallShort: ({ value }) => (String(value).startsWith('report') ? recordOf(String(value)) : ''),
};

function recordOf(item: string): OutputRecord {
  const text = `${item}\n`;
  if (!item.startsWith('large')) return text;
  return {
    async *pieces() {
      yield text.slice(0, 3);
      await nextTurn();
      yield text.slice(3);
    },
    discard() {},
  };
}

/** Tells when the place of an item may be given to another one. */
function acknowledging(results: Results, acknowledge: (item: Item) => void): Results {
  return {
    put: async (item, record, end) => {
      await results.put(item, record, end);
      acknowledge(item);
    },
    get isFull() {
      return results.isFull;
    },
    waitForRoom: () => results.waitForRoom(),
    finish: () => results.finish(),
  };
}

class ListItems implements ItemSource {
  readonly itemsWaiting = 0;
  readonly isExhausted = true;
  readonly #items: readonly Item[];

  constructor(values: readonly string[]) {
    this.#items = values.map((value, index) => ({
      id: index + 1,
      value,
      error: undefined,
      line: index + 1,
      source: undefined,
      raw: value,
    }));
  }

  expectedItems(): undefined {}

  stop(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Iterable<Item>> {
    yield this.#items;
  }
}
