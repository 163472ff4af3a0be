import fc from 'fast-check';
import { expect } from 'vitest';
import { settle } from '../../src/testing/index.ts';

/** What the properties need of a semaphore; broken ones have it too. */
export interface SemaphoreLike {
  acquire(options?: { signal?: AbortSignal | undefined }): Promise<{ release(): void }>;
  tryAcquire(): { release(): void } | undefined;
  release(): void;
  readonly balance: number;
}

export type MakeSemaphore = (n: number) => SemaphoreLike;

/** Lets what is scheduled happen, and all that follows, until nothing is left to happen. */
export async function toRest(scheduler: fc.Scheduler): Promise<void> {
  // What the actors do first is scheduled only when they have come that far.
  for (await settle(1); scheduler.count() > 0; await settle(1)) await scheduler.waitIdle();
}

/** One caller of the race: how often it acquires, and whether somebody aborts it at some moment. */
interface Actor {
  readonly rounds: number;
  readonly isAborted: boolean;
}

const actors = fc.array(fc.record({ rounds: fc.integer({ min: 1, max: 3 }), isAborted: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

/**
 * Callers that release and acquire again in the same turn, in every order of ends and aborts: never more than `n` hold
 * a permit, they are given in call order, all callers come to an end, and no permit is lost or minted.
 */
export function semaphoreRace(make: MakeSemaphore): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(
    fc.scheduler(),
    fc.integer({ min: 1, max: 3 }),
    actors,
    async (scheduler, n, all) => {
      const semaphore = make(n);
      const line: number[] = [];
      let calls = 0;
      let held = 0;
      let ended = 0;

      const failures: unknown[] = [];
      const ask = async (signal: AbortSignal): Promise<{ release(): void }> => {
        const call = calls++;
        line.push(call);
        try {
          const permit = await semaphore.acquire({ signal });
          expect(line[0]).toBe(call);
          held += 1;
          expect(held).toBeLessThanOrEqual(n);
          return permit;
        } finally {
          line.splice(line.indexOf(call), 1);
        }
      };
      const run = async ({ rounds, isAborted }: Actor): Promise<void> => {
        const controller = new AbortController();
        const { signal } = controller;
        if (isAborted)
          void scheduler.schedule(Promise.resolve(), 'abort').then(() => controller.abort('aborted'));
        try {
          let request = ask(signal);
          for (let round = 1; round <= rounds; round += 1) {
            const permit = await request;
            await scheduler.schedule(Promise.resolve(), 'end');
            held -= 1;
            permit.release();
            // In the same turn, with no await between: that is where a semaphore without hand-off is overtaken.
            if (round < rounds) request = ask(signal);
          }
        } catch (error) {
          if (error !== 'aborted') failures.push(error);
        }
        ended += 1;
      };

      for (const actor of all) void run(actor);
      await toRest(scheduler);

      expect(failures).toEqual([]);
      expect([ended, held, line, semaphore.balance]).toEqual([all.length, 0, [], n]);
    },
  );
}

type Call =
  | { readonly name: 'acquire' | 'tryAcquire' | 'release' | 'settle' }
  | { readonly name: 'abort'; readonly of: number };

const semaphoreCalls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Call>({ name: 'acquire' }) },
    { weight: 3, arbitrary: fc.constant<Call>({ name: 'release' }) },
    { weight: 1, arbitrary: fc.constant<Call>({ name: 'tryAcquire' }) },
    { weight: 1, arbitrary: fc.constant<Call>({ name: 'settle' }) },
    { weight: 2, arbitrary: fc.nat({ max: 9 }).map((of): Call => ({ name: 'abort', of })) },
  ),
  { maxLength: 40 },
);

/** A semaphore as anybody would write it who need not care for speed, timing or promises. */
class NaiveSemaphore {
  readonly outcomes: string[] = [];
  parked: number[] = [];
  permits: number;

  constructor(n: number) {
    this.permits = n;
  }

  acquire(): void {
    this.parked.push(this.outcomes.push('pending') - 1);
    this.#pump();
  }

  tryAcquire(): boolean {
    if (this.permits === 0) return false;
    this.permits -= 1;
    return true;
  }

  release(): void {
    this.permits += 1;
    this.#pump();
  }

  abort(id: number): void {
    if (this.parked.includes(id)) this.outcomes[id] = 'aborted';
    this.parked = this.parked.filter((other) => other !== id);
  }

  #pump(): void {
    while (this.permits > 0 && this.parked.length > 0) {
      this.permits -= 1;
      this.outcomes[this.parked.shift()!] = 'granted';
    }
  }
}

/** Whatever is called in whatever order, the semaphore and the naive one agree after every call. */
export function semaphoreModel(make: MakeSemaphore): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(fc.nat({ max: 3 }), semaphoreCalls, async (n, calls) => {
    const real = make(n);
    const naive = new NaiveSemaphore(n);
    const outcomes: string[] = [];
    const controllers: AbortController[] = [];

    for (const call of calls) {
      if (call.name === 'settle') await settle(1);
      else if (call.name === 'release') {
        real.release();
        naive.release();
      } else if (call.name === 'tryAcquire') {
        expect(real.tryAcquire() !== undefined).toBe(naive.tryAcquire());
      } else if (call.name === 'abort') {
        controllers[call.of]?.abort();
        naive.abort(call.of);
      } else {
        const controller = new AbortController();
        controllers.push(controller);
        const id = outcomes.push('pending') - 1;
        real.acquire({ signal: controller.signal }).then(
          () => (outcomes[id] = 'granted'),
          () => (outcomes[id] = 'aborted'),
        );
        naive.acquire();
      }
      expect(real.balance).toBe(naive.permits - naive.parked.length);
    }

    await settle(1);
    expect(outcomes).toEqual(naive.outcomes);
  });
}
