import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { systemClock } from '../primitives/clock.ts';
import { type Deadline, deadlinesOf } from '../primitives/deadlines.ts';
import type { Call, Task } from './call.ts';
import { CallsInHand } from './calls-in-hand.ts';
import { pack, unpack } from './crossing.ts';
import type { ItemSink, LaneOwner } from './lane-owner.ts';
import { isExit, unreadable } from './lost.ts';
import { type FromThread, type LaneOffer, LOOK_AFTER, type TaskEntry, type ToThread } from './messages.ts';
import { transfersOf } from './transfer.ts';

/**
 * One thread at work for a pool: a single long call for piscina, with a channel of its own, through which the calls of tasks go
 * without piscina's cost for each of them, which is ten times that of a task in a message with others.
 */
export class Lane {
  readonly #owner: LaneOwner;
  readonly #engine: Piscina;
  readonly #port: MessagePort;
  readonly #hand = new CallsInHand();
  readonly #termination = new AbortController();
  /** Tasks that the thread has heard of. */
  readonly #told = new Set<Task>();
  readonly #grace: number;
  #items: ItemSink | undefined = undefined;
  #worker: Worker | undefined = undefined;
  #exitCode: number | undefined = undefined;
  #hasStarted = false;
  /** It is we who end the thread. */
  #isTerminated = false;
  #deadline: Deadline | undefined = undefined;
  /** The thread has not sent the last answer to the calls in hand. */
  #isWorking = false;
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
    port1.on('messageerror', this.#onUnreadable);
    // Piscina's own port keeps the process alive while there is a lane.
    port1.unref();
    const offer: LaneOffer = { port: port2, board: this.#hand.board.memory };
    const { signal } = this.#termination;
    engine.run(offer, { transferList: [port2], signal }).then(
      () => this.#end(),
      (error: unknown) => this.#lose(error),
    );
  }

  get isFree(): boolean {
    return !this.#isWorking && !this.isEnding && !this.isLost;
  }

  /** The calls in hand. */
  get calls(): readonly Call[] {
    return this.#hand.all;
  }

  /** Those that are not known to be over. */
  get open(): readonly Call[] {
    return this.#hand.open;
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
    this.#take(calls, transfers);
    this.#post({ kind: 'calls', tasks, count: calls.length, words }, transfers);
    for (const { task } of calls) this.#told.add(task);
    if (calls.length > 1) this.#expect(LOOK_AFTER, this.#onSilence);
  }

  /** As `send`, for a call whose items go to `items`, of which `window` may be on their way. */
  openStream(call: Call, items: ItemSink, window: number): void {
    const tasks = this.#entries([call]);
    const { task, args } = call;
    const transfers = transfersOf(args);
    this.#take([call], transfers);
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
    return this.#hand.board.takeBack(call.index);
  }

  /** Whether the function of `call` is at work in the thread. */
  isAtWork(call: Call): boolean {
    return this.#hand.board.isAtWork(call.index);
  }

  /** Ends a call: by its signal, and after the grace together with its thread. One that has not begun never does. */
  stop(call: Call, reason: unknown): void {
    const isFirst = call.killed === undefined;
    call.killed = [reason];
    const isTakenBack = this.takeBack(call);
    if (isTakenBack || this.#hand.board.hasEnded(call.index)) call.settle(false, reason);
    else if (isFirst) {
      this.#port.postMessage({ kind: 'abort', index: call.index, reason: pack(reason) } satisfies ToThread);
    }
    // A thread that has not begun its message may be at something that another task left behind.
    if (isFirst && !this.#hand.board.hasEnded(call.index) && this.#grace !== Number.POSITIVE_INFINITY) {
      this.#expect(this.#grace, this.#onGraceOver);
    }
  }

  /** Its thread has not come as far as our code. */
  get isStarting(): boolean {
    return !this.#hasStarted && !this.isLost;
  }

  /** The thread did not start. */
  fail(error: unknown): void {
    this.#lose(error);
    // It waits in piscina's queue.
    this.#termination.abort();
  }

  /** Gives the thread back to piscina. The lane, which is free, takes no more calls. */
  end(): void {
    this.isEnding = true;
    this.#port.postMessage({ kind: 'end' } satisfies ToThread);
  }

  #take(calls: readonly Call[], transfers: readonly object[]): void {
    for (const call of calls) {
      call.lane = this;
      call.isMoved ||= transfers.length > 0;
    }
    this.#hand.take(calls);
    this.#isWorking = true;
    this.idleTurns = 0;
  }

  #post(message: ToThread, transfers: object[]): void {
    try {
      this.#port.postMessage(message, transfers as ArrayBuffer[]); // or whatever else may be moved: Node checks it
    } catch (error) {
      this.#hand.drop();
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
    this.#hear(message);
    if (message.kind !== 'answer') return;
    if (message.isLast) this.#rest();
    this.#owner.onAnswer(this);
  };

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'answer':
        this.#hand.hear(message);
        break;
      case 'items':
        this.#items?.put(message.items);
        break;
      case 'note':
        this.#owner.onNote(message.note);
        break;
      case 'here':
        this.#hasStarted = true;
        this.#worker = this.#engine.threads.find(({ threadId }) => threadId === message.threadId);
        this.#worker?.once('exit', this.#onExit);
        break;
      case 'news': {
        const call = this.#hand.all[message.index];
        if (call !== undefined) this.#owner.onNews(call, unpack(message.thrown));
      }
    }
  }

  /** Node cannot make a message of the thread out; which one it was is lost, and so is what the thread is at. */
  readonly #onUnreadable = (): void => {
    for (const call of this.open) call.settle(false, unreadable(call));
    this.#terminate();
  };

  readonly #onExit = (code: number): void => {
    this.#exitCode = code;
  };

  /** One call keeps the thread from saying what the others came to; but it has put that down. */
  readonly #onSilence = (): void => {
    const current = this.#hand.look();
    if (current === undefined || this.isAtWork(current)) this.#owner.onAnswer(this);
    else this.#expect(LOOK_AFTER, this.#onSilence);
  };

  /** The thread has nothing to do. */
  #rest(): void {
    this.#isWorking = false;
    this.#items = undefined;
    this.#disarm();
  }

  /** Calls `expire` after so long, unless something else is expected before or the thread has nothing to do then. */
  #expect(ms: number, expire: () => void): void {
    this.#disarm();
    this.#deadline = deadlinesOf(systemClock).add({ expire }, ms);
  }

  #disarm(): void {
    if (this.#deadline === undefined) return;
    deadlinesOf(systemClock).remove(this.#deadline);
    this.#deadline = undefined;
  }

  #end(): void {
    this.#port.close();
    // The thread may have many lanes after this one.
    this.#worker?.off('exit', this.#onExit);
    if (!this.isLost) this.#owner.onEnd(this);
  }

  readonly #onGraceOver = (): void => {
    const { open } = this;
    const isDeaf = this.#hasStarted && !open.some((call) => this.isAtWork(call));
    if (isDeaf || open.some((call) => call.killed !== undefined && this.isAtWork(call))) this.#terminate();
    else this.#onSilence();
  };

  #terminate(): void {
    const worker = this.#worker;
    this.#isTerminated = true;
    // The slot comes back when the function has really ended, and not when piscina has been told.
    if (worker === undefined) this.#termination.abort();
    else void worker.once('exit', () => this.#lose(undefined)).terminate();
  }

  #lose(error: unknown): void {
    if (this.isLost) return;
    this.isLost = true;
    // What the thread had said before its end.
    let next = receiveMessageOnPort(this.#port);
    for (; next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#hear(next.message as FromThread); // nobody else has the other end
    }
    this.#rest();
    this.#port.close();
    const isExpected = this.#isTerminated || this.isEnding || !this.#hasStarted || isExit(error);
    // Nobody is to blame: it was something that a task has left behind.
    if (!isExpected && !this.open.some((call) => this.isAtWork(call))) this.#owner.onCrash(error);
    const end = { error, exitCode: this.#exitCode, hasStarted: this.#hasStarted, isOurs: this.#isTerminated };
    const innocent = this.#hand.lose(end);
    this.#owner.onLost(this, innocent);
  }
}
