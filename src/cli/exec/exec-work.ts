import type { ExecOptions } from '../exec-options.ts';
import { ExitError } from '../failures/exit-error.ts';
import { printable } from '../failures/printable.ts';
import type { Host } from '../host.ts';
import type { OutputRecord } from '../output/output-record.ts';
import type { RecordWriter } from '../output/record-writer.ts';
import type { Records } from '../output/records.ts';
import type { ItemContext } from '../run/item-context.ts';
import type { Work } from '../run/work.ts';
import { type ItemPosition, textOf } from './argument-template.ts';
import { commandRecords } from './command-records.ts';
import { ErrorOutput } from './error-output.ts';
import { GroupedOutput } from './grouped-output.ts';
import { asItIs, chain, TaggedLines, type TextStage, WholeLines } from './lines.ts';
import { LiveOutput } from './live-output.ts';
import type { OutputMode } from './output-mode.ts';
import { ProcessGroups } from './process-groups.ts';
import type { Started } from './start.ts';

/** What `ExecWork` is made of. */
export interface ExecParts {
  /** The command for an item and its arguments. */
  readonly wordsFor: (item: unknown, position: ItemPosition) => string[];
  readonly options: Pick<ExecOptions, 'grace' | 'lineBuffer' | 'tag'>;
  readonly host: Pick<Host, 'screen' | 'events' | 'env'>;
  readonly writer: RecordWriter | undefined;
}

// From KILL to the moment in which the system has told us.
const PATIENCE = 1_000;

/** Runs a command for each item. */
export class ExecWork implements Work {
  readonly records: Records = commandRecords;
  readonly patience: number;
  readonly #parts: ExecParts;
  readonly #groups: ProcessGroups;
  readonly #mode: OutputMode;
  readonly #running: Set<Promise<unknown>> = new Set();
  readonly #unlisten: () => void;

  constructor(parts: ExecParts) {
    const { options, host, writer } = parts;
    this.#parts = parts;
    this.patience = options.grace + PATIENCE;
    this.#groups = new ProcessGroups(options.grace);
    const errors = new ErrorOutput(host.screen);
    // Without a writer nobody asked for lines as they come: see `checkOutput`.
    const isLive = options.lineBuffer && writer !== undefined;
    this.#mode = isLive ? new LiveOutput(errors, writer) : new GroupedOutput(errors, host.env);
    // However this process ends, unless it is killed: nothing is left behind.
    const exit = (): void => {
      this.#groups.killAll();
      this.#mode.close();
    };
    host.events.on('exit', exit);
    this.#unlisten = () => host.events.off('exit', exit);
  }

  readonly call = (item: unknown, context: ItemContext): Promise<OutputRecord> => {
    const run = this.#run(item, context);
    this.#running.add(run);
    const forget = (): boolean => this.#running.delete(run);
    run.then(forget, forget);
    return run;
  };

  /** Commands whose items were given up have been told to end, and will be made to. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#unlisten();
    this.#mode.close();
  }

  async #run(item: unknown, { id, slot, signal }: ItemContext): Promise<OutputRecord> {
    const words = this.#parts.wordsFor(item, { id, slot });
    const { status, output } = await this.#mode.run({
      words,
      slot,
      stdout: this.#stage(item, this.#parts.options.lineBuffer),
      stderr: this.#stage(item, true),
      attend: (started) => this.#attend(started, signal),
    });
    if (status !== 0) throw new ExitError(status, output);
    return output;
  }

  /** Raw output is changed as little as can be; where it is mixed with other output, lines are kept whole. */
  #stage(item: unknown, isMixed: boolean): TextStage {
    const lines = isMixed ? new WholeLines() : asItIs;
    if (!this.#parts.options.tag) return lines;
    // An item with a newline in it would make two lines of one. Bytes, as everywhere here.
    const tag = Buffer.from(`${printable(textOf(item))}\t`).toString('latin1');
    return chain(lines, new TaggedLines(tag));
  }

  async #attend({ group, status, release }: Started, signal: AbortSignal): Promise<number> {
    if (group === undefined) return status;
    let stopped: Promise<void> | undefined;
    const stop = (): void => {
      stopped = this.#groups.stop(group);
      release();
    };
    this.#groups.add(group);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    try {
      const ended = await status;
      await stopped;
      return ended;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#groups.remove(group);
    }
  }
}
