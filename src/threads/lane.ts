import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { systemClock } from '../primitives/clock.ts';
import { type Deadline, deadlinesOf } from '../primitives/deadlines.ts';
import type { Call, Task } from './call.ts';
import { pack, unpack } from './crossing.ts';
import { lost } from './lost.ts';
import {
  type Answer,
  BEGUN,
  ENDED,
  type FromThread,
  type LaneOffer,
  MOST_CALLS,
  SENT,
  TAKEN_BACK,
  type TaskEntry,
  type ToThread,
} from './messages.ts';
import { type Transferable, transfersOf } from './transfer.ts';

/** What a lane tells. */
export interface LaneOwner {
  /** The calls in hand from `from` on, up to `lane.answered`, have been answered; all are, when `lane.isFree`. */
  onAnswer(lane: Lane, from: number): void;
  /** What a killed task threw besides. */
  onNews(call: Call, thrown: unknown): void;
  /** The thread has ended by itself, or been ended. These calls are not to blame, and have to be made again. */
  onLost(lane: Lane, innocent: Call[]): void;
  /** The lane has come to its end. */
  onEnd(lane: Lane): void;
}

/** What a lane needs for a stream that goes through it. */
export interface ItemSink {
  put(items: readonly unknown[]): void;
}

/**
 * One thread at work for a pool: a single long call for piscina, with a channel of its own, through which the calls of tasks go
 * without piscina's cost for each of them, which is ten times that of a task in a message with others.
 */
export class Lane {
  readonly #owner: LaneOwner;
  readonly #engine: Piscina;
  readonly #port: MessagePort;
  readonly #flags = new Int32Array(new SharedArrayBuffer(MOST_CALLS * Int32Array.BYTES_PER_ELEMENT));
  readonly #termination = new AbortController();
  /** Tasks that the thread has heard of. */
  readonly #told = new Set<Task>();
  readonly #grace: number;
  #calls: readonly Call[] = [];
  #items: ItemSink | undefined = undefined;
  #worker: Worker | undefined = undefined;
  #exitCode: number | undefined = undefined;
  #deadline: Deadline | undefined = undefined;
  /** The thread has not sent the last answer to the calls in hand. */
  #isWorking = false;
  /** How many of the calls in hand have been answered. */
  answered = 0;
  /** It was told to end. */
  isEnding = false;
  isLost = false;
  /** Turns of the event loop that it has been free for. */
  idleTurns = 0;

  constructor(engine: Piscina, owner: LaneOwner, grace: number) {
    this.#engine = engine;
    this.#owner = owner;
    this.#grace = grace;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', this.#onMessage);
    // Piscina's own port keeps the process alive while there is a lane.
    port1.unref();
    const offer: LaneOffer = { port: port2, flags: this.#flags };
    const { signal } = this.#termination;
    engine.run(offer, { transferList: [port2], signal }).then(
      () => this.#end(),
      (error: unknown) => this.#lose(error),
    );
  }

  get isFree(): boolean {
    return !this.#isWorking && !this.isEnding && !this.isLost;
  }

  /** The calls in hand that have not been answered. */
  get open(): readonly Call[] {
    return this.#calls.slice(this.answered);
  }

  /** The calls in hand from `from` on that have been answered. */
  answeredFrom(from: number): readonly Call[] {
    return this.#calls.slice(from, this.answered);
  }

  /**
   * Sends calls to the thread, which is free.
   *
   * @throws what `postMessage` throws when an argument cannot be copied: then none was sent.
   */
  send(calls: readonly Call[]): void {
    const words: unknown[] = [];
    for (const { task, args } of calls) words.push(task.id, args.length, ...args);
    const [first] = calls;
    const transfers = calls.length === 1 && first !== undefined ? transfersOf(first.args) : [];
    const tasks = this.#entries(calls);
    this.#take(calls);
    this.#post({ kind: 'calls', tasks, count: calls.length, words }, transfers);
    for (const { task } of calls) this.#told.add(task);
  }

  /** As `send`, for a call whose items go to `items`, of which `window` may be on their way. */
  openStream(call: Call, items: ItemSink, window: number): void {
    const tasks = this.#entries([call]);
    const { task, args } = call;
    const transfers = transfersOf(args);
    this.#take([call]);
    this.#post({ kind: 'stream', tasks, task: task.id, args, window }, transfers);
    this.#told.add(task);
    this.#items = items;
  }

  /** The consumer of the stream has taken so many items. */
  taken(count: number): void {
    this.#port.postMessage({ kind: 'taken', count } satisfies ToThread);
  }

  /** The consumer of the stream wants no more. */
  returnStream(): void {
    this.#port.postMessage({ kind: 'return' } satisfies ToThread);
  }

  /** Takes a call back that the thread has not begun. False when it has. */
  takeBack(call: Call): boolean {
    return Atomics.compareExchange(this.#flags, call.index, SENT, TAKEN_BACK) === SENT;
  }

  /** Whether the function of `call` is at work in the thread. */
  isAtWork(call: Call): boolean {
    return Atomics.load(this.#flags, call.index) === BEGUN;
  }

  /** Whether the function of `call` has ended in the thread. */
  hasRun(call: Call): boolean {
    return Atomics.load(this.#flags, call.index) === ENDED;
  }

  /** Ends a call that has begun: by its signal, and after the grace together with its thread. */
  stop(call: Call, reason: unknown): void {
    const isFirst = call.killed === undefined;
    call.killed = [reason];
    if (Atomics.load(this.#flags, call.index) === ENDED) {
      // Its answer is on the way, perhaps behind a call that takes long.
      call.settle(false, reason);
    } else if (isFirst) {
      this.#port.postMessage({ kind: 'abort', index: call.index, reason: pack(reason) } satisfies ToThread);
      this.#disarm();
      if (this.#grace === Number.POSITIVE_INFINITY) return;
      this.#deadline = deadlinesOf(systemClock).add({ expire: () => this.#onGraceOver() }, this.#grace);
    }
  }

  /** Gives the thread back to piscina. The lane, which is free, takes no more calls. */
  end(): void {
    this.isEnding = true;
    this.#port.postMessage({ kind: 'end' } satisfies ToThread);
  }

  /** Sets up the flags of these calls, which the thread does not look at before it has the message. */
  #take(calls: readonly Call[]): void {
    calls.forEach((call, index) => {
      call.lane = this;
      call.index = index;
      this.#flags[index] = SENT;
    });
    this.#calls = calls;
    this.#isWorking = true;
    this.answered = 0;
    this.idleTurns = 0;
  }

  #post(message: ToThread, transfers: Transferable[]): void {
    try {
      this.#port.postMessage(message, transfers as ArrayBuffer[]); // or whatever else may be moved: Node checks it
    } catch (error) {
      this.#calls = [];
      this.#isWorking = false;
      throw error;
    }
  }

  #entries(calls: readonly Call[]): TaskEntry[] | undefined {
    const unknown = new Set<Task>();
    for (const { task } of calls) if (!this.#told.has(task)) unknown.add(task);
    return unknown.size === 0 ? undefined : [...unknown].map(({ id, address }) => ({ id, ...address }));
  }

  readonly #onMessage = (message: FromThread): void => {
    if (this.isLost) return;
    switch (message.kind) {
      case 'answer':
        this.#answer(message);
        break;
      case 'items':
        this.#items?.put(message.items);
        break;
      case 'here':
        this.#worker = this.#engine.threads.find(({ threadId }) => threadId === message.threadId);
        this.#worker?.once('exit', this.#onExit);
        break;
      case 'news': {
        const call = this.#calls[message.index];
        if (call !== undefined) this.#owner.onNews(call, unpack(message.thrown));
      }
    }
  };

  #answer({ from, values, failures, spent, isPlain, isLast }: Answer): void {
    for (const { index, thrown } of failures ?? []) {
      const call = this.#calls[index];
      call?.settle(false, thrown === undefined ? call.killed?.[0] : unpack(thrown));
    }
    let count = 0;
    values.forEach((value, offset) => {
      const call = this.#calls[from + offset];
      if (call === undefined || call.isSettled || Atomics.load(this.#flags, call.index) === TAKEN_BACK)
        return;
      if (call.killed === undefined) call.settle(true, value);
      else call.settle(false, call.killed[0]);
      count += 1;
    });
    const first = this.#calls[from];
    if (first !== undefined && count > 0) first.task.learn(spent, values.length, isPlain);
    this.answered = isLast ? this.#calls.length : from + values.length;
    if (isLast) this.#rest();
    this.#owner.onAnswer(this, from);
  }

  /** The thread has nothing to do. */
  #rest(): void {
    this.#isWorking = false;
    this.#items = undefined;
    this.#disarm();
  }

  #disarm(): void {
    if (this.#deadline === undefined) return;
    deadlinesOf(systemClock).remove(this.#deadline);
    this.#deadline = undefined;
  }

  readonly #onExit = (code: number): void => {
    this.#exitCode = code;
  };

  #end(): void {
    this.#port.close();
    // The thread goes on, and so would the listeners of all the lanes that it was.
    this.#worker?.off('exit', this.#onExit);
    if (!this.isLost) this.#owner.onEnd(this);
  }

  #onGraceOver(): void {
    this.#deadline = undefined;
    if (!this.open.some((call) => call.killed !== undefined && this.isAtWork(call))) return;
    const worker = this.#worker;
    // The slot comes back when the function has really ended, and not when piscina has been told.
    if (worker === undefined) this.#termination.abort();
    else void worker.once('exit', () => this.#lose(undefined)).terminate();
  }

  #lose(error: unknown): void {
    if (this.isLost) return;
    this.isLost = true;
    this.#rest();
    this.#port.close();
    const innocent: Call[] = [];
    for (const call of this.open) {
      const flag = Atomics.load(this.#flags, call.index);
      if (flag === TAKEN_BACK || call.isSettled) continue;
      if (call.killed !== undefined) call.settle(false, call.killed[0]);
      // A thread that never came as far as our code in it: no other would fare better.
      else if (flag === BEGUN || this.#worker === undefined)
        call.settle(false, lost(call, error, this.#exitCode));
      else innocent.push(call);
    }
    this.#owner.onLost(this, innocent);
  }
}
