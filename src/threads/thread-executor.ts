import type { Piscina } from 'piscina';
import { call as callHere, type Executor, isOurs, type TaskFunction } from '../core/executor.ts';
import { report, reportOf } from '../core/failures.ts';
import type { GreenThread } from '../core/green-thread.ts';
import type { PoolCore } from '../core/pool-core.ts';
import { addressOf } from '../core/task.ts';
import { messageOf } from '../loader/error-facts.ts';
import { show } from '../primitives/checks.ts';
import { AheadLine, type AheadOwner } from './ahead-line.ts';
import { Call, Task } from './call.ts';
import type { Lane } from './lane.ts';
import { Lanes, type LanesOwner } from './lanes.ts';
import { ANSWER_AFTER, MOST_CALLS } from './messages.ts';
import { StreamReader } from './stream-reader.ts';

type Thread = GreenThread<unknown>;

/** Characters of text that the calls of one message may hold: so many at least are copied as fast as they come. */
const MOST_TEXT = 65_536;

/**
 * Runs tasks in other threads. A task that starts here goes to a free lane, or opens one; never are there more lanes than slots.
 * When callers wait and their calls are short, some go with it in the same message: `ceil(waiting / free lanes)` of them.
 */
export class ThreadExecutor implements Executor, AheadOwner, LanesOwner {
  readonly line: AheadLine = new AheadLine(this);
  readonly #engine: Piscina;
  readonly #lanes: Lanes;
  readonly #tasks = new Map<TaskFunction, Task>();
  /** Whose thread was lost: they go alone from now on. */
  readonly #alone = new WeakSet<Thread>();
  /** From the first task on. */
  #core: PoolCore | undefined = undefined;
  #isDestroyed = false;
  /** Gets what tasks say by `sayNote`, in the order in which they do, and before what they come to. */
  noteListener: ((note: unknown) => void) | undefined = undefined;

  constructor(engine: Piscina, grace: number) {
    this.#engine = engine;
    this.#lanes = new Lanes(engine, this, grace);
    // Without a listener it would end the process.
    engine.on('error', (error: unknown) => this.#onEngineError(error));
  }

  get size(): number {
    return this.#core?.size ?? 0;
  }

  refuse(fn: unknown): Error | undefined {
    if (typeof fn !== 'function') return new TypeError(`a task must be a function, got ${show(fn)}`);
    // Of whatever kind, it is only looked up.
    const task = fn as TaskFunction;
    if (addressOf(task) !== undefined || isOurs(task)) return undefined;
    return new TypeError(
      `${show(fn)} has no address, so that no other thread finds it; define it as a task at the top of a module: ` +
        'export const { name } = defineTasks(import.meta.url, { name() {} })',
    );
  }

  execute(thread: Thread, fn: TaskFunction | undefined, args: readonly unknown[]): unknown {
    // It was sent ahead.
    if (args instanceof Call) return args.take();
    if (fn !== undefined && isOurs(fn)) return callHere(fn, args);
    const task = this.#taskOf(fn);
    const call = new Call(thread, task, args);
    this.#core = thread.core;
    this.#lanes.place(call);
    return call.take();
  }

  recall(thread: Thread): boolean {
    const { outcome: call } = thread;
    if (!(call instanceof Call)) return true;
    if (call.isSettled || call.lane?.takeBack(call) !== true) return false;
    this.#comeBack(call);
    return true;
  }

  stop(thread: Thread, reason: unknown): void {
    // A task that is killed before it has a slot leaves the line by itself.
    if (thread.outcome instanceof Call) this.line.forget(thread);
    this.#lanes.withdraw(thread)?.settle(false, reason);
    for (const lane of this.#lanes) {
      const call = lane.open.find((candidate) => candidate.thread === thread && !candidate.isSettled);
      if (call === undefined) continue;
      lane.stop(call, reason);
      if (call.isSettled) this.#handOver(lane);
    }
  }

  takeOneBack(): Thread | undefined {
    for (const lane of this.#lanes) {
      const call = lane.open.find((candidate) => this.#isAhead(candidate) && lane.takeBack(candidate));
      if (call === undefined) continue;
      this.#comeBack(call);
      return call.thread;
    }
    return undefined;
  }

  lookLater(): void {
    this.#lanes.watch();
  }

  takeAllBack(): Thread[] {
    return [...this.#lanes].flatMap((lane) => this.#takeBackFrom(lane));
  }

  /** Takes back what `lane` has not begun, and gives those who were sent ahead that it has. */
  #takeBackFrom(lane: Lane): Thread[] {
    const begun: Thread[] = [];
    for (const call of lane.open) {
      if (!this.#isAhead(call)) continue;
      if (lane.takeBack(call)) this.#comeBack(call);
      else begun.push(call.thread);
    }
    return begun;
  }

  onAnswer(lane: Lane): void {
    this.#tellReady(lane.calls);
    if (lane.isFree) this.#lanes.rest(lane);
    else {
      // One that takes long is at work: nobody should wait behind it.
      this.#takeBackFrom(lane);
      this.#handOver(lane);
    }
    this.#core?.admitWaiting();
  }

  onNews({ thread }: Call, thrown: unknown): void {
    reportOf(thread, thrown);
  }

  onLost(lane: Lane, innocent: Call[]): void {
    this.#lanes.leave(lane);
    for (const call of innocent) {
      this.#alone.add(call.thread);
      if (this.#isAhead(call)) this.#comeBack(call);
      else if (call.isAwaited) this.#lanes.place(call);
    }
    this.#tellReady(lane.calls);
    this.#core?.admitWaiting();
  }

  onCrash(error: unknown): void {
    const core = this.#core;
    // That a thread ends is no news once it was told to, even one that has not come as far as to listen.
    if (core !== undefined && !this.#isDestroyed)
      report(core.onError, error, { pool: core.name, id: 0, name: undefined });
  }

  /** A thread has failed that had no lane, or had yet to begin with it: piscina does not say which one. */
  #onEngineError(error: unknown): void {
    const starting = [...this.#lanes].filter((lane) => lane.isStarting);
    if (starting.length === 0) this.onCrash(error);
    for (const lane of starting) lane.fail(error);
  }

  onEnd(lane: Lane): void {
    this.#lanes.leave(lane);
  }

  onIdleTurn(): void {
    if (this.line.length === this.line.left) return;
    this.takingBack(() => this.#core?.admitWaiting());
  }

  /** Calls `admit`, which may give slots to those whose calls were sent ahead and have not begun. */
  takingBack(admit: () => void): void {
    this.line.mayTakeBack = true;
    try {
      admit();
    } finally {
      this.line.mayTakeBack = false;
    }
  }

  onNote(note: unknown): void {
    this.noteListener?.(note);
  }

  /** Ends all threads. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    await this.#engine.destroy();
  }

  #taskOf(fn: TaskFunction | undefined): Task {
    const known = fn === undefined ? undefined : this.#tasks.get(fn);
    if (known !== undefined) return known;
    const refused = this.refuse(fn);
    const address = fn === undefined ? undefined : addressOf(fn);
    if (fn === undefined || address === undefined) throw refused;
    const task = new Task(this.#tasks.size, address);
    this.#tasks.set(fn, task);
    return task;
  }

  #isAhead(call: Call): boolean {
    return call.thread.outcome === call;
  }

  #comeBack(call: Call): void {
    call.thread.outcome = call.args;
    this.line.comeBack(call.thread);
  }

  /** Those of `calls` that were sent ahead and have been answered get slots next. */
  #tellReady(calls: readonly Call[]): void {
    for (const call of calls) if (call.isSettled && this.#isAhead(call)) this.line.ready(call.thread);
  }

  /** What `lane` is at now needs a slot, if it was sent ahead: the task that it was sent with has ended. */
  #handOver(lane: Lane): void {
    const call = lane.open.find((candidate) => this.#isAhead(candidate) && lane.isAtWork(candidate));
    if (call !== undefined) this.line.ready(call.thread);
  }

  send(lane: Lane, call: Call): void {
    const { origin } = call.thread;
    try {
      if (origin instanceof StreamReader) origin.openIn(lane, call);
      else lane.send(this.#withOthers(call));
    } catch (error) {
      call.settle(false, uncopyable(call, error));
      this.#lanes.rest(lane);
    }
  }

  /** `call`, and those of callers that wait that go with it. */
  #withOthers(call: Call): Call[] {
    const calls = [call];
    const { left } = this.line;
    if (left === 0 || !this.#mayGoAhead(call.thread, call.task, call.args)) return calls;
    // This one is not among those that are left.
    const most = Math.min(MOST_CALLS, 1 + Math.ceil(left / (this.#lanes.left + 1)));
    let time = call.task.spent ?? ANSWER_AFTER;
    let text = 0;
    while (calls.length < most && time < ANSWER_AFTER && text < MOST_TEXT) {
      const next = this.#nextAhead(call.task);
      if (next === undefined) break;
      this.line.goAhead();
      calls.push(next);
      time += next.task.spent ?? ANSWER_AFTER;
      for (const arg of next.args) if (typeof arg === 'string') text += arg.length;
    }
    return calls;
  }

  /** The call of the next caller, if that is one of `task` too and may go ahead. */
  #nextAhead(task: Task): Call | undefined {
    const thread = this.line.peek();
    if (thread?.fn === undefined || isOurs(thread.fn)) return undefined;
    const args = thread.outcome as readonly unknown[]; // of one that waits
    if (this.#tasks.get(thread.fn) !== task || !this.#mayGoAhead(thread, task, args)) return undefined;
    const call = new Call(thread, task, args);
    thread.outcome = call;
    return call;
  }

  /**
   * Whether a call may share a message. What one message copies stays shared within it, so that calls could see what others do to
   * their arguments: only primitives go together.
   */
  #mayGoAhead(thread: Thread, { spent, isPlain }: Task, args: readonly unknown[]): boolean {
    const { bound, origin } = thread;
    return (
      spent !== undefined &&
      spent < ANSWER_AFTER / 2 &&
      isPlain &&
      bound.signal === undefined &&
      bound.timeout === Number.POSITIVE_INFINITY &&
      !(origin instanceof StreamReader) &&
      !this.#alone.has(thread) &&
      args.every(isPrimitive)
    );
  }
}

function isPrimitive(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function uncopyable({ task }: Call, cause: unknown): TypeError {
  return new TypeError(
    `the arguments of the task ${task.address.name} cannot be copied to another thread: ${messageOf(cause)}`,
    {
      cause,
    },
  );
}
