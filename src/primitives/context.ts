/** One wait that code of a green thread is parked in. Linked into its scope, so that leaving costs nothing. */
export interface Blocked {
  /** @internal */
  nextBlocked: Blocked | undefined;
  /** @internal */
  previousBlocked: Blocked | undefined;
  /** Ends the wait with `reason`. @internal */
  interrupt(reason: unknown): void;
}

/**
 * What the primitives know of a green thread: where a kill is delivered. A kill reaches every wait that is parked at
 * that moment; with none parked it stays here until the next primitive is called. It is delivered once, so that a
 * `finally` of the killed code can wait again.
 */
export class Scope {
  /** @internal */ firstBlocked: Blocked | undefined = undefined;
  /** A kill that found nothing parked: an array of one, since the reason itself may be `undefined`. @internal */
  undelivered: [reason: unknown] | undefined = undefined;

  /** On whose behalf code in this scope acts. @internal */
  get acting(): Scope | undefined {
    return this;
  }

  /** Whether a kill was ever delivered here. @internal */
  get isKilled(): boolean {
    return false;
  }

  /** @internal */
  deliver(reason: unknown): void {
    if (this.firstBlocked === undefined) this.undelivered = [reason];
    // From the front each time: a wait that ends may end others with it, which have then left the list.
    for (let blocked = this.firstBlocked; blocked !== undefined; blocked = this.firstBlocked) {
      this.leave(blocked);
      blocked.interrupt(reason);
    }
  }

  /** @internal */
  enter(blocked: Blocked): void {
    blocked.nextBlocked = this.firstBlocked;
    if (this.firstBlocked !== undefined) this.firstBlocked.previousBlocked = blocked;
    this.firstBlocked = blocked;
  }

  /** Does nothing when `blocked` has left already. @internal */
  leave(blocked: Blocked): void {
    const { nextBlocked, previousBlocked } = blocked;
    if (previousBlocked !== undefined) previousBlocked.nextBlocked = nextBlocked;
    else if (this.firstBlocked === blocked) this.firstBlocked = nextBlocked;
    if (nextBlocked !== undefined) nextBlocked.previousBlocked = previousBlocked;
    blocked.nextBlocked = undefined;
    blocked.previousBlocked = undefined;
  }

  /** Hands out the kill that waits here, if any; whoever takes it must throw it. @internal */
  takeUndelivered(): [reason: unknown] | undefined {
    const kill = this.undelivered;
    if (kill !== undefined) this.undelivered = undefined;
    return kill;
  }
}

interface Storage {
  run<A extends unknown[], R>(store: Scope | undefined, fn: (...args: A) => R, ...args: A): R;
  enterWith(store: Scope | undefined): void;
  exit<R>(fn: () => R): R;
  getStore(): Scope | undefined;
  disable(): void;
}

interface AsyncHooks {
  AsyncLocalStorage: new () => Storage;
  AsyncResource: new (type: string) => Context;
}

// Node, Bun and Deno hand their built-in modules out through `process`. An import would keep browsers from loading this file.
const host = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
const hooks = host.process?.getBuiltinModule?.('node:async_hooks') as AsyncHooks | undefined;

// One instance for all pools: up to Node 22 every live instance slows every promise down.
const storage = hooks === undefined ? undefined : new hooks.AsyncLocalStorage();

/** Whether this host can tell which green thread is running. Browsers cannot. */
export const hasContext: boolean = storage !== undefined;

let isWanted = false;

/**
 * Says that there may be code that depends on its green thread: that asks for it, or waits so that a kill ends the wait. All
 * such code has loaded the public module.
 */
export function wantContext(): void {
  isWanted = true;
}

/** Whether `wantContext` was called. Up to Node 22 contexts that nobody wants take a third of the time of small tasks. */
export function isContextWanted(): boolean {
  return isWanted;
}

/** The innermost green thread around the caller. */
export function currentScope(): Scope | undefined {
  return storage?.getStore();
}

/** Calls `fn(...args)` with `scope` as the current one, for all that it starts as well. */
export function runInScope<A extends unknown[], R>(scope: Scope, fn: (...args: A) => R, args: A): R {
  return storage === undefined ? fn(...args) : storage.run(scope, fn, ...args);
}

/**
 * To be called before the first promise is made that `enterScope` will be called in: up to Node 22 a promise has a context of
 * its own only from the first use of the storage on.
 */
export function useContext(): void {
  // Any scope but none: entering what is current already would be skipped.
  storage?.run(new Scope(), () => undefined);
}

/**
 * Makes `scope` the current one for the rest of this job, or of the call in a kept context, and for all that it starts. For
 * code that has a context to itself; costs half of `runInScope`, which has to restore what was before.
 */
export function enterScope(scope: Scope): void {
  storage?.enterWith(scope);
}

/**
 * To be called at the end of a call in a kept context that has entered a scope. Up to Node 22 the resource of the call holds
 * that scope, and the stack of an error that was thrown in the call holds the resource: whoever keeps the error would keep the
 * green thread that failed with it. 15 ns, and nothing where contexts are frames.
 */
export function leaveScope(): void {
  if (hooks === undefined || hasFrames(hooks)) return;
  // Asked first, since entering anything turns the storage on, for a pool that has no use for it as well.
  if (storage?.getStore() !== undefined) storage.enterWith(undefined);
}

/** Calls `fn` outside of every green thread; all other stores stay. */
function outsideScope<R>(fn: () => R): R {
  return storage === undefined ? fn() : storage.exit(fn);
}

/** A context that was kept: the stores of all `AsyncLocalStorage`s. */
export interface Context {
  /** Calls `fn(...args)` in it. */
  runInAsyncScope<A extends unknown[], R>(fn: (...args: A) => R, self?: undefined, ...args: A): R;
}

/** For hosts that cannot keep one. */
const anyContext: Context = { runInAsyncScope: (fn, _self, ...args) => fn(...args) };

let frames: boolean | undefined;

/**
 * Whether a context is a frame that `enterWith` replaces for the rest of the call, as from Node 24 on. Before, the stores
 * are properties of the resource that the code runs in, and what one call enters the next one would find.
 */
function hasFrames(hooks: AsyncHooks): boolean {
  frames ??= findFrames(hooks);
  return frames;
}

function findFrames({ AsyncLocalStorage, AsyncResource }: AsyncHooks): boolean {
  const probe = new AsyncLocalStorage();
  const resource = new AsyncResource('greenpool');
  const store = (): Scope | undefined => probe.getStore();
  resource.runInAsyncScope(() => probe.enterWith(new Scope()));
  const isFrame = resource.runInAsyncScope(store) === undefined && store() === undefined;
  probe.disable();
  return isFrame;
}

/** The context of this moment, for one call: what that call makes of it with `enterWith` may stay. 50 bytes, 35 ns. */
export function keepContext(): Context {
  return hooks === undefined ? anyContext : new hooks.AsyncResource('greenpool');
}

/**
 * The context of this moment, for any number of calls: each finds it as it is now. A call costs 10 ns where contexts are frames,
 * and 100 ns where it takes a resource of its own.
 */
export function keepSharedContext(): Context {
  const kept = keepContext();
  if (hooks === undefined) return kept;
  return hasFrames(hooks) ? kept : new SharedContext(kept);
}

class SharedContext implements Context {
  readonly #kept: Context;

  constructor(kept: Context) {
    this.#kept = kept;
  }

  runInAsyncScope<A extends unknown[], R>(fn: (...args: A) => R, _self?: undefined, ...args: A): R {
    return this.#kept.runInAsyncScope(keepContext).runInAsyncScope(fn, undefined, ...args);
  }
}

/** As `keepSharedContext`, outside of every green thread. */
export function homeContext(): Context {
  return outsideScope(keepSharedContext);
}

// Of the moment this module was loaded, which belongs to nobody.
const root = keepContext();

/** Calls `fn` in the context of nobody: for what many share, such as a timer, and whoever comes first would lend it its own. */
export function inRootContext<R>(fn: () => R): R {
  return root.runInAsyncScope(fn);
}

/** A function that calls `fn` in the context (all `AsyncLocalStorage` stores) of this very moment. */
export function bindContext<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  // By hand, since AsyncResource.bind takes a hundred times as long: it also makes a function with the same properties.
  const context = keepContext();
  return (...args) => context.runInAsyncScope(fn, undefined, ...args);
}
