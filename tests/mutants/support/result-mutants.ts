import { type GreenMap, GreenPile, GreenPool, type GreenThread, type WaitOptions } from 'greenpool';
import { type AnyMethod, mutant } from './mutation.ts';

export const yieldsAsTheyCome = mutant('an imap() in completion order', () => (real) => ({
  imap: (...args: Parameters<AnyMethod>) => (real.imapUnordered as AnyMethod)(...args),
}));

export const readsOnAndOn = mutant('a map that reads ahead without end', () => (real) => ({
  imap: (...args) => (real.with({ readAhead: 1_000_000 }).imap as AnyMethod)(...args),
}));

export const bringsItsOwnSlots = mutant('a map with slots of its own', () => (real) => ({
  imap: (...args) => (new GreenPool(real.size).imap as AnyMethod)(...args),
}));

export const dropsFailures = mutant('an imapUnordered() that leaves out what failed', () => (real) => ({
  imapUnordered: (...args) => {
    const map: GreenMap<unknown> = (real.imapUnordered as AnyMethod)(...args);
    const next = map.next.bind(map);
    map.next = async () => {
      for (;;) {
        try {
          return await next();
        } catch {
          // Nobody will know.
        }
      }
    };
    return map;
  },
}));

interface Asked {
  next(options?: WaitOptions): Promise<IteratorResult<unknown, undefined>>;
}

/** `Promise.race([results.next(), aborted])`: the wait ends, and the item goes to nobody. */
function racing<R extends Asked>(results: R): R {
  const next = results.next.bind(results);
  results.next = (options) => {
    const { signal, ...rest } = options ?? {};
    const item = next(rest);
    if (signal === undefined) return item;
    item.catch(() => {});
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([item, aborted]);
  };
  return results;
}

export const losesExpired = mutant(
  'a next() whose item is lost when it is aborted',
  () => (real) => ({
    imap: (...args) => racing((real.imap as AnyMethod)(...args)),
    imapUnordered: (...args) => racing((real.imapUnordered as AnyMethod)(...args)),
  }),
  { pile: (pool, options) => racing(new GreenPile(pool, options)) },
);

/** `Promise.race` over what is outstanding, as it is written by hand: two at a time see the same winner. */
class RacingPile<R> extends GreenPile<R> {
  readonly #outstanding = new Set<Promise<R>>();

  override get length(): number {
    return this.#outstanding.size;
  }

  override async spawn<A extends unknown[], T extends R | PromiseLike<R>>(
    fn: (...args: A) => T,
    ...args: A
  ): Promise<GreenThread<Awaited<T>>> {
    const thread = await this.pool.spawn(fn, ...args);
    this.#outstanding.add(thread.wait() as Promise<R>);
    return thread;
  }

  override async next(): Promise<IteratorResult<R, undefined>> {
    if (this.#outstanding.size === 0) return { value: undefined, done: true };
    const winner = await Promise.race(
      [...this.#outstanding].map(async (result) => {
        await result.catch(() => {});
        return { result };
      }),
    );
    this.#outstanding.delete(winner.result);
    return { value: await winner.result, done: false };
  }
}

export const givesTwice = mutant('a pile that gives a result to all who ask at a time', () => () => ({}), {
  pile: (pool, options) => new RacingPile(pool, options),
});
