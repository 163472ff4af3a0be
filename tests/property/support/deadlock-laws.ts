import fc from 'fast-check';
import type { Clock } from 'greenpool';
import { type Call, CallTrees, calls, countOf, nest, type Way, withoutTime } from './call-tree.ts';
import { demand, demandEqual, law } from './law.ts';
import type { Subject } from './subject.ts';
import { ends, microtasks as steps, turn } from './turns.ts';

/** Calls `roots` from outside, all at once, and demands that they end with the right results. */
function playTrees(subject: Subject, sizes: readonly number[], roots: readonly Call[]): Promise<CallTrees> {
  return withoutTime((clock) => playAtOnce(subject, sizes, roots, clock));
}

async function playAtOnce(
  subject: Subject,
  sizes: readonly number[],
  roots: readonly Call[],
  clock: Clock,
): Promise<CallTrees> {
  const trees = new CallTrees(
    subject,
    sizes.map((size) => subject.pool(size, { clock })),
  );
  const results = Promise.all(roots.map((root) => trees.entrance.run(trees.task, root)));
  results.catch(() => {});
  const sums = await ends('the calls', results, () => trees.entered + trees.ended);
  demandEqual(sums, roots.map(countOf), 'results');
  await trees.demandRest();
  return trees;
}

/** Every nesting of `nested`, from the outside to the inside, on a pool of `size`. */
export async function playNest(subject: Subject, size: number, nested: readonly Way[]): Promise<void> {
  await playTrees(subject, [size], [nest(nested)]);
}

const levels = 4;
const sizes = fc.integer({ min: 1, max: 3 });
const roots = (pools: number) => fc.array(calls(levels, pools), { minLength: 1, maxLength: 3 });

export const nestingEnds = law(
  'calls nested four levels deep on a full pool end with the right results',
  fc.record({ size: sizes, roots: roots(1) }),
  async (subject, plan) => {
    await playTrees(subject, [plan.size], plan.roots);
  },
);

export const nestingKeepsBound = law(
  'of nested calls that wait for what they call no more are at work than there are slots',
  fc.record({ size: sizes, roots: roots(1) }),
  async (subject, { size, roots }) => {
    const { mostAtWork, mostRunning } = await playTrees(subject, [size], roots);
    demand(mostRunning <= size, () => `running() was ${mostRunning} of ${size}`);
    demand(mostAtWork <= size, () => `${mostAtWork} functions were at work on ${size} slots`);
  },
);

// All who come from outside enter by the first pool. Entering A before B and B before A is the one circle that no pool can
// see from inside: two callers, each holding what the other waits for.
export const nestingAcrossPoolsEnds = law(
  'calls nested to and fro between two full pools end with the right results',
  fc.record({ sizes: fc.tuple(sizes, sizes), roots: roots(2) }),
  async (subject, plan) => {
    await playTrees(subject, plan.sizes, plan.roots);
  },
);

interface Blow {
  readonly turns: number;
  readonly microtasks: number;
  readonly kind: 'kill' | 'abort' | 'resize' | 'kill all' | 'close';
  readonly number: number;
}

function blows(...kinds: Blow['kind'][]): fc.Arbitrary<readonly Blow[]> {
  const blow = fc.record({
    turns: fc.nat({ max: 3 }),
    microtasks: fc.nat({ max: 8 }),
    kind: fc.constantFrom(...kinds),
    number: fc.nat({ max: 1000 }),
  });
  return fc.array(blow, { maxLength: 12, size: 'max' });
}

async function strike(trees: CallTrees, { turns, microtasks, kind, number }: Blow): Promise<void> {
  for (let count = turns; count > 0; count -= 1) await turn();
  await steps(microtasks);
  const pool = trees.entrance;
  if (kind === 'resize') pool.resize(number % 5);
  else if (kind === 'close') void pool.close();
  else if (kind === 'abort') trees.signals[number % 2]?.abort(new Error('aborted'));
  else if (kind === 'kill all') pool.kill(new Error('all killed')).catch(() => {});
  else if (trees.threads.length > 0)
    trees.threads[number % trees.threads.length]?.kill(new Error('killed')).catch(() => {});
}

interface RoughPlan {
  readonly size: number;
  readonly lastSize: number;
  readonly roots: readonly Call[];
  readonly blows: readonly Blow[];
}

async function playRough(
  subject: Subject,
  plan: RoughPlan,
  isRough: boolean,
  clock: Clock,
): Promise<CallTrees> {
  const trees = new CallTrees(subject, [subject.pool(plan.size, { clock })], isRough);
  const pool = trees.entrance;
  const results = Promise.allSettled(plan.roots.map((root) => pool.run(trees.task, root)));
  for (const blow of plan.blows) await strike(trees, blow);
  pool.resize(plan.lastSize);
  const outcomes = await ends('the calls', results, () => trees.entered + trees.ended);
  const sums = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason));
  if (!isRough) demandEqual(sums, plan.roots.map(countOf), 'results');
  return trees;
}

export const nestingSurvivesKills = law(
  'kills, aborts, timeouts and resizes in the midst of nested calls leave no call hanging and no slot taken',
  fc.record({
    size: sizes,
    lastSize: sizes,
    roots: roots(1),
    blows: blows('kill', 'kill', 'kill', 'abort', 'resize', 'resize', 'kill all'),
  }),
  (subject, plan) =>
    withoutTime(async (clock) => {
      const trees = await playRough(subject, plan, true, clock);
      await trees.demandRest();
    }),
);

export const nestingSurvivesResizes = law(
  'resizes in the midst of nested calls, to 0 as well, leave all results right',
  fc.record({ size: sizes, lastSize: sizes, roots: roots(1), blows: blows('resize') }),
  (subject, plan) =>
    withoutTime(async (clock) => {
      const trees = await playRough(subject, plan, false, clock);
      await trees.demandRest();
    }),
);

export const nestingSurvivesClose = law(
  'close() in the midst of nested calls ends when they have ended, and leaves nothing in line',
  fc.record({ size: sizes, lastSize: sizes, roots: roots(1), blows: blows('close', 'kill', 'resize') }),
  (subject, plan) =>
    withoutTime(async (clock) => {
      const trees = await playRough(subject, plan, true, clock);
      const pool = trees.entrance;
      await ends('close()', pool.close(), () => trees.entered + trees.ended);
      demandEqual([pool.running(), pool.waiting()], [0, 0], 'running and waiting of the closed pool');
      demandEqual(trees.ended, trees.entered, 'tasks that ended');
    }),
);
