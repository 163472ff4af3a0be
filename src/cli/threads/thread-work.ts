import { ExecutorError } from '../../errors.ts';
import { messageOf } from '../../loader/error-facts.ts';
import { ThreadExecutor } from '../../threads/thread-executor.ts';
import type { ThreadPool } from '../../threads/thread-pool.ts';
import { CliError } from '../cli-error.ts';
import { ItemError } from '../failures/item-error.ts';
import type { Host } from '../host.ts';
import type { ModuleSpec } from '../module/module-spec.ts';
import type { RunOptions } from '../options.ts';
import type { Records } from '../output/records.ts';
import { supportsColor } from '../progress/terminal.ts';
import type { ItemContext } from '../run/item-context.ts';
import type { Work, WorkMaker } from '../run/work.ts';
import { describeThrown } from '../thrown.ts';
import { type FunctionPlace, type ItemAnswer, type ItemNote, itemTasks } from './item-task.ts';

// From the end of a thread to the moment in which we have been told.
const PATIENCE = 1_000;

/**
 * Calls of the user's function in threads.
 *
 * @throws {CliError} when the package that makes threads is not installed.
 */
export async function openThreads(spec: ModuleSpec, options: RunOptions, host: Host): Promise<WorkMaker> {
  const { ThreadPool } = await loadThreads();
  const { to, envelope, results } = options;
  const place: FunctionPlace = {
    path: spec.path,
    exportName: spec.exportName,
    hasColor: supportsColor(host),
    isResultWanted: to !== 'none' || envelope || results !== undefined,
  };
  // The run has no more items at work than it has slots, and may be given others.
  const pool = new ThreadPool(Number.POSITIVE_INFINITY, {
    name: 'greenpool run',
    grace: options.grace,
    onError: (error, { id }) => {
      // What a cancelled function throws besides is of no interest. What belongs to no item ends the run, as it does here.
      if (id === 0) queueMicrotask(() => throwIt(error));
    },
  });
  // The time of an item is its own, and not that of a thread that starts. A function that cannot be loaded there fails its items.
  const starts = Array.from({ length: options.jobs }, () => pool.run(itemTasks.loadItemFunction, place));
  await Promise.allSettled(starts);
  const log = (text: string): void => host.screen.print(text);
  const patience = options.grace + PATIENCE;
  return ({ records }) => new ThreadWork({ pool, place, records, patience, log });
}

async function loadThreads(): Promise<typeof import('../../threads/thread-pool.ts')> {
  try {
    return await import('../../threads/thread-pool.ts');
  } catch (error) {
    throw new CliError(messageOf(error), { cause: error });
  }
}

function throwIt(error: unknown): never {
  throw error;
}

interface ThreadWorkParts {
  readonly pool: ThreadPool;
  readonly place: FunctionPlace;
  readonly records: Records;
  readonly patience: number;
  readonly log: (text: string) => void;
}

/** Calls the user's function in threads. */
class ThreadWork implements Work {
  readonly records: Records;
  readonly patience: number;
  readonly #pool: ThreadPool;
  readonly #place: FunctionPlace;
  readonly #log: (text: string) => void;
  /** Of the items in hand. */
  readonly #contexts = new Map<number, ItemContext>();

  constructor({ pool, place, records, patience, log }: ThreadWorkParts) {
    this.#log = log;
    this.#pool = pool;
    this.#place = place;
    this.records = records;
    this.patience = patience;
    const { executor } = pool.core;
    if (executor instanceof ThreadExecutor) executor.noteListener = (note) => this.#hear(note);
  }

  readonly call = async (item: unknown, context: ItemContext): Promise<unknown> => {
    const { id, key, attempt, slot, signal } = context;
    this.#contexts.set(id, context);
    const facts = { id, key, attempt, slot };
    const thread = await this.#pool.with({ signal }).spawn(itemTasks.callItem, this.#place, item, facts);
    try {
      return resultOf(await thread.wait(), context);
    } catch (error) {
      throw error instanceof ExecutorError ? inOurWords(error) : error;
    } finally {
      // The item keeps its slot until its function has really ended.
      await thread.afterEnd();
      this.#contexts.delete(id);
    }
  };

  end(): Promise<void> {
    return this.#pool.close();
  }

  /** What functions do through their context; anything else is their own affair. */
  #hear(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('greenpool' in message)) return;
    const { greenpool, id, value } = message as ItemNote; // our tasks alone write that name
    const context = this.#contexts.get(id);
    // What is left behind by an item that has ended may be printed, but tells nothing of that.
    if (greenpool === 'log') this.#log(String(value));
    else if (typeof value === 'number') context?.[greenpool](value);
  }
}

function resultOf(answer: ItemAnswer, context: ItemContext): unknown {
  switch (answer.kind) {
    case 'text':
      return answer.text;
    case 'json':
      return JSON.parse(answer.text);
    case 'nothing':
      return undefined;
    case 'skipped':
      return context.skip(answer.text);
    case 'unfit':
      throw new ItemError(answer.code, answer.message);
  }
}

function inOurWords({ code, exitCode, cause }: ExecutorError): ExecutorError {
  const how = exitCode === undefined || cause !== undefined ? describeThrown(cause) : `exit code ${exitCode}`;
  const message = `the thread of its function ended: ${how}`;
  // The only code that threads have.
  return new ExecutorError(code as 'ERR_WORKER_LOST', message, {
    cause,
    ...(exitCode !== undefined && { exitCode }),
  });
}
