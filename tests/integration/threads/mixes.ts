import { setEnvironmentData } from 'node:worker_threads';
import fc from 'fast-check';
import type { GreenPool } from 'greenpool';
import { begun } from '../pool-contract/stage.ts';
import { ahead, BOARD, open, type ThreadPool as Pool, places, shared } from './library.ts';
import type { Deed } from './tasks/ahead.ts';

type ThreadPool = InstanceType<typeof Pool>;

/** One call of a mix, and what is done to it. */
interface Step {
  readonly deed: Exclude<Deed, 'wait' | 'block'>;
  readonly fate: 'left alone' | 'killed' | 'cancelled' | 'aborted';
}

/** Calls that are submitted together, in a pool of `size` that becomes one of `resizedTo` meanwhile. */
export interface Mix {
  readonly size: number;
  readonly resizedTo: number;
  /** The place of a call that goes on until all others have ended, given two threads. */
  readonly longAt: number;
  readonly steps: readonly Step[];
}

export const mixes: fc.Arbitrary<Mix> = fc.record({
  size: fc.integer({ min: 1, max: 3 }),
  resizedTo: fc.integer({ min: 1, max: 3 }),
  longAt: fc.nat(4),
  steps: fc.array(
    fc.record({
      deed: fc.oneof(
        { weight: 20, arbitrary: fc.constant('note' as const) },
        { weight: 4, arbitrary: fc.constant('fail' as const) },
        { weight: 1, arbitrary: fc.constant('exit' as const) },
        { weight: 1, arbitrary: fc.constant('spin' as const) },
      ),
      fate: fc.oneof(
        { weight: 8, arbitrary: fc.constant('left alone' as const) },
        { weight: 1, arbitrary: fc.constant('killed' as const) },
        { weight: 1, arbitrary: fc.constant('cancelled' as const) },
        { weight: 1, arbitrary: fc.constant('aborted' as const) },
      ),
    }),
    { minLength: 1, maxLength: 24 },
  ),
});

const LONG = 60;

/** What mixes are tried on. */
export interface Subject {
  readonly pool: ThreadPool;
  /** What the threads of the pool write to. */
  readonly flags: Int32Array;
  /** Milliseconds that a mix may take before it counts as one that hangs. */
  readonly patience: number;
}
interface Result {
  readonly id: number;
  readonly outcome: unknown;
  readonly isCancelled: boolean;
}

/** Numbers for the threads of all pools of this process. */
export function makeBoard(): Int32Array {
  const flags = shared(4096);
  setEnvironmentData(BOARD, flags as never);
  return flags;
}

async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code ?? message;
  }
}

async function take(pool: GreenPool, step: Step, id: number, signal: AbortSignal): Promise<Result> {
  const { deed, fate } = step;
  // One that never ends has a timeout, and so a message of its own.
  if (deed === 'spin') {
    const outcome = await outcomeOf(pool.with({ timeout: 20 }).run(ahead.act, deed, id));
    return { id, outcome, isCancelled: false };
  }
  if (fate === 'left alone' || fate === 'aborted') {
    const view = fate === 'aborted' ? pool.with({ signal }) : pool;
    return { id, outcome: await outcomeOf(view.run(ahead.act, deed, id)), isCancelled: false };
  }
  const thread = await pool.spawn(ahead.act, deed, id);
  const reason = Object.assign(new Error('killed'), { code: 'E_STOPPED' });
  const isCancelled = fate === 'cancelled' && thread.cancel(reason);
  if (fate === 'killed') await thread.kill(reason);
  return { id, outcome: await outcomeOf(thread.wait()), isCancelled };
}

/** What may become of a call. */
function possible({ deed, fate }: Step, id: number, isCancelled: boolean): unknown[] {
  if (isCancelled) return ['E_STOPPED'];
  if (deed === 'spin') return ['ERR_TIMEOUT'];
  const own = { note: id, fail: `failed ${id}`, exit: 'ERR_WORKER_LOST' }[deed];
  return fate === 'killed' || fate === 'aborted' ? [own, 'E_STOPPED'] : [own];
}

/** Throws unless every call of `mix` ends as it should. */
export async function holds({ pool, flags, patience }: Subject, mix: Mix): Promise<void> {
  const { size, resizedTo, longAt, steps } = mix;
  const inTime = <T>(promise: Promise<T>, what: string): Promise<T> => {
    return within(patience, promise, () => `${what} waits for ever: ${JSON.stringify(pool.stats())}`);
  };
  pool.resize(size);
  for (let count = 0; count < 10; count += 1) await pool.run(ahead.act, 'note', 0);
  flags.fill(0);
  const faults: string[] = [];
  const most = Math.max(size, resizedTo);
  const look = (): void => {
    if (pool.running() > most) faults.push(`${pool.running()} run in a pool of ${most}`);
    if (pool.running() + pool.free() !== pool.size) faults.push('free() is wrong');
  };
  const abort = new AbortController();
  const hasLong = most > 1 && Math.min(size, resizedTo) > 0;
  let long: Promise<unknown> | undefined;
  const calls = steps.map((step, index) => {
    if (hasLong && index === Math.min(longAt, steps.length - 1)) {
      long = outcomeOf(pool.run(ahead.act, 'wait', LONG));
    }
    return take(pool, step, index + 1, abort.signal).finally(look);
  });
  setImmediate(() => {
    look();
    pool.resize(resizedTo);
    abort.abort(Object.assign(new Error('aborted'), { code: 'E_STOPPED' }));
    // With one thread, nothing would go on beside it.
    if (resizedTo === 1) open(flags, places.gate);
  });

  const results = await inTime(Promise.all(calls), 'a call');
  open(flags, places.gate);
  const longOutcome = await inTime(Promise.resolve(long), 'the long call');
  await inTime(pool.waitall(), 'waitall()');

  if (hasLong && longOutcome !== LONG) faults.push(`the long call ended with ${String(longOutcome)}`);
  if (pool.running() + pool.waiting() !== 0) faults.push(`left behind: ${JSON.stringify(pool.stats())}`);
  const ran = new Set(begun(flags));
  if (ran.size < begun(flags).length) faults.push(`some ran twice: ${begun(flags).join()}`);
  results.forEach(({ id, outcome, isCancelled }, index) => {
    const step = steps[index] as Step;
    if (!possible(step, id, isCancelled).includes(outcome)) {
      faults.push(`${id} (${step.deed}, ${step.fate}) ended with ${String(outcome)}`);
    }
    if (isCancelled && ran.has(id)) faults.push(`${id} was cancelled, and ran`);
    if (typeof outcome === 'number' && !ran.has(id)) faults.push(`${id} has a result, and never ran`);
  });
  if (faults.length > 0) throw new Error(faults.join('; '));
}

async function within<T>(ms: number, promise: Promise<T>, message: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
