import { type MessagePort, threadId } from 'node:worker_threads';
import type { TaskFunction } from '../../core/executor.ts';
import { isThenable } from '../../primitives/checks.ts';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import { Board } from '../board.ts';
import { pack, unpack } from '../crossing.ts';
import type { CallsMessage, FromThread, LaneOffer, StreamMessage, TaskEntry, ToThread } from '../messages.ts';
import { Answers } from './answers.ts';
import { ItemSource } from './item-source.ts';
import { loadTask } from './load-task.ts';
import { type TaskRun, TaskScope } from './task-run.ts';

let current: LaneWork | undefined;

/** Sends something to the pool that this thread works for, and to its `noteListener`. Does nothing outside of such a thread. */
export function sayNote(note: unknown): void {
  current?.tell({ kind: 'note', note });
}

/** What piscina calls in a thread: works for one lane until that ends. This module loads nothing of the user's, so it cannot fail. */
export default function work({ port, board }: LaneOffer): Promise<void> {
  current = new LaneWork(port, new Board(board));
  return current.ended;
}

class LaneWork {
  readonly #port: MessagePort;
  readonly #board: Board;
  readonly #end: Deferred<void> = deferred();
  readonly #scope: TaskScope;
  readonly #entries = new Map<number, TaskEntry>();
  readonly #functions = new Map<number, TaskFunction>();
  /** What runs now, at `#index` of its message. */
  #run: TaskRun | undefined = undefined;
  #index = 0;
  /** What is at `#index` was killed while its module was being loaded. */
  #isAborted = false;
  #items: ItemSource | undefined = undefined;
  /** Nobody wants more of the stream. */
  #isLeft = false;

  constructor(port: MessagePort, board: Board) {
    this.#port = port;
    this.#board = board;
    this.#scope = new TaskScope((thrown) => {
      this.tell({ kind: 'news', index: this.#index, thrown: pack(thrown) });
    });
    port.on('message', this.#onMessage);
    port.on('messageerror', this.#onUnreadable);
    this.tell({ kind: 'here', threadId });
  }

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  readonly #onMessage = (message: ToThread): void => {
    switch (message.kind) {
      case 'calls':
        this.#learn(message.tasks);
        void this.#work(message);
        break;
      case 'stream':
        this.#learn(message.tasks);
        void this.#stream(message);
        break;
      case 'abort':
        this.#abort(message.index, unpack(message.reason));
        break;
      case 'taken':
        this.#items?.taken(message.count);
        break;
      case 'return':
        this.#isLeft = true;
        this.#items?.leave();
        break;
      case 'end':
        this.#port.close();
        this.#end.resolve();
    }
  };

  /** The arguments of a call that has a message to itself, since those of others can always be read. */
  readonly #onUnreadable = (): void => {
    const answers = new Answers(this.#port, this.#board, () => '');
    const why = 'its arguments cannot be read in its thread: a buffer in them was probably moved before';
    answers.failure(0, pack(new TypeError(why)), 0);
    answers.send(1, true);
  };

  #abort(index: number, reason: unknown): void {
    // Its answer may be on the way.
    if (this.#index !== index) return;
    if (this.#run === undefined) this.#isAborted = true;
    else this.#run.kill(reason);
    this.#items?.leave();
  }

  tell(message: FromThread): void {
    this.#port.postMessage(message);
  }

  #enter(index: number): void {
    this.#index = index;
    this.#isAborted = false;
    this.#isLeft = false;
  }

  #learn(tasks: readonly TaskEntry[] | undefined): void {
    for (const entry of tasks ?? []) this.#entries.set(entry.id, entry);
  }

  /** Makes the calls one after another: a thread is one slot. */
  async #work({ count, words }: CallsMessage): Promise<void> {
    const ids: number[] = [];
    const answers = new Answers(this.#port, this.#board, (index) => this.#nameOf(ids[index]));
    this.#board.clear();
    let at = 0;
    for (let index = 0; index < count; index += 1) {
      const id = words[at] as number; // see CallsMessage
      const length = words[at + 1] as number; // likewise
      const args = words.slice(at + 2, at + 2 + length);
      at += 2 + length;
      ids.push(id);
      answers.beforeCall(index);
      if (!this.#board.begin(index)) continue;
      this.#enter(index);
      const waiting = this.#call(id, args, answers);
      if (waiting === undefined) continue;
      answers.expectTurn(index);
      await waiting;
    }
    answers.send(count, true);
  }

  /** The promise is for a call that has not ended at once. */
  #call(id: number, args: readonly unknown[], answers: Answers): Promise<void> | undefined {
    const fn = this.#functions.get(id);
    if (fn === undefined) return this.#loadAndCall(id, args, answers);
    const run = this.#scope.enter(fn, args);
    this.#run = run;
    try {
      const result = run.call();
      if (isThenable(result)) return this.#settle(run, result, answers);
      this.#finish(run, true, result, answers);
    } catch (error) {
      this.#finish(run, false, error, answers);
    }
    return undefined;
  }

  async #loadAndCall(id: number, args: readonly unknown[], answers: Answers): Promise<void> {
    if ((await this.#ready(id, answers)) !== undefined) await this.#call(id, args, answers);
  }

  /** The function of a call that is about to begin; `undefined` when that has ended with the attempt to load it. */
  async #ready(id: number, answers: Answers): Promise<TaskFunction | undefined> {
    try {
      const fn = await this.#load(id);
      if (!this.#isAborted) return fn;
      answers.failure(this.#index, undefined, 0);
    } catch (error) {
      answers.failure(this.#index, pack(error), 0);
    }
    return undefined;
  }

  async #settle(run: TaskRun, result: PromiseLike<unknown>, answers: Answers): Promise<void> {
    try {
      this.#finish(run, true, await result, answers);
    } catch (error) {
      this.#finish(run, false, error, answers);
    }
  }

  #finish(run: TaskRun, isResult: boolean, outcome: unknown, answers: Answers): void {
    const { isKilled, spent } = run;
    run.end(isResult, outcome);
    this.#run = undefined;
    if (isKilled) answers.failure(this.#index, undefined, spent);
    else if (isResult) answers.result(this.#index, outcome, spent);
    else answers.failure(this.#index, pack(outcome), spent);
  }

  async #stream(message: StreamMessage): Promise<void> {
    const { task } = message;
    const answers = new Answers(this.#port, this.#board, () => this.#nameOf(task));
    this.#enter(0);
    if (this.#board.begin(0)) {
      const fn = await this.#ready(task, answers);
      if (this.#isLeft) answers.result(0, undefined, 0);
      else if (fn !== undefined) await this.#pump(fn, message, answers);
    }
    answers.send(1, true);
  }

  async #pump(fn: TaskFunction, { task, args, window }: StreamMessage, answers: Answers): Promise<void> {
    const run = this.#scope.enter(fn, args);
    this.#run = run;
    this.#items = new ItemSource(this.#port, run, this.#nameOf(task), window);
    await this.#settle(run, this.#items.pump(), answers);
    this.#items = undefined;
  }

  async #load(id: number): Promise<TaskFunction> {
    const known = this.#functions.get(id);
    const entry = this.#entries.get(id);
    if (known !== undefined || entry === undefined) return known as TaskFunction; // one of them is there: see #learn
    const fn = await loadTask(entry);
    this.#functions.set(id, fn);
    return fn;
  }

  #nameOf(id: number | undefined): string {
    return (id === undefined ? undefined : this.#entries.get(id)?.name) ?? 'unknown';
  }
}
