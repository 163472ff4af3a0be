import fc from 'fast-check';
import { greenpool, type Subject } from './subject.ts';

/** A property over a subject: it must hold for the library, and each mutant must break one. */
export interface Law {
  readonly name: string;
  /** Fails with the smallest counterexample and its seed. */
  holds(runs: number): Promise<void>;
  /** The first counterexample that `runs` plans from `seed` find, or `undefined` when `subject` gets through. */
  counterexample(subject: Subject, runs: number, seed: number): Promise<string | undefined>;
}

// For a long hunt by hand: GREENPOOL_RUNS multiplies the runs, GREENPOOL_SEED repeats one.
const factor = Number(process.env.GREENPOOL_RUNS ?? 1);
const seed = process.env.GREENPOOL_SEED;

/** States that `check` passes for every plan, `examples` first: plans that once found something. */
export function law<T>(
  name: string,
  plans: fc.Arbitrary<T>,
  check: (subject: Subject, plan: T) => Promise<void>,
  examples: readonly T[] = [],
): Law {
  const property = (subject: Subject) => fc.asyncProperty(plans, (plan) => check(subject, plan));
  return {
    name,
    holds: (runs) =>
      fc.assert(property(greenpool), {
        numRuns: runs * factor,
        examples: examples.map((plan): [T] => [plan]),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      }),
    counterexample: async (subject, runs, fixedSeed) => {
      // Not shrunk: the first counterexample is enough.
      const run = await fc.check(property(subject), { numRuns: runs, seed: fixedSeed, endOnFailure: true });
      return run.failed ? String(run.errorInstance) : undefined;
    },
  };
}

/** Fails the law at hand. */
export function demand(condition: boolean, message: () => string): void {
  if (!condition) throw new Error(message());
}

/** As `demand(actual === expected)`, by JSON. */
export function demandEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  demand(is === should, () => `${what}: is ${is}, should be ${should}`);
}
