import fc from 'fast-check';
import { Event, type GreenPool, type GreenThread } from 'greenpool';
import { deferred } from 'greenpool/testing';
import { demandEqual, law } from './law.ts';
import { ReferencePool, type ReferenceTask } from './reference-pool.ts';
import type { Subject } from './subject.ts';
import { ends, turn } from './turns.ts';

/** A task of the real pool, with the same id as that of the reference pool. */
class RealTask {
  readonly controller = new AbortController();
  handle: GreenThread<number> | undefined = undefined;
  /** How the call ended for its caller: `run` tells the outcome, `spawn` whether there is a handle. */
  outcome = 'none';
  readonly #end = new Event<number>();
  readonly #gate = deferred();

  /** Ends when told to; if not stubborn, also when killed. */
  async work(isStubborn: boolean): Promise<number> {
    if (isStubborn) await this.#gate.promise;
    return this.#end.wait();
  }

  end(outcome: number | Error): void {
    if (this.#end.ready()) return;
    this.#gate.resolve();
    if (outcome instanceof Error) this.#end.sendException(outcome);
    else this.#end.send(outcome);
  }

  expectOutcome(call: Promise<GreenThread<number> | number>): void {
    call.then(
      (value) => {
        this.outcome = typeof value === 'number' ? 'done' : 'handle';
        if (typeof value !== 'number') this.handle = value;
      },
      (error) => {
        this.outcome = `rejected: ${String(error.message)}`;
      },
    );
  }
}

interface Real {
  readonly pool: GreenPool;
  readonly tasks: RealTask[];
  readonly starts: number[];
  /** `waitall()` calls that have not resolved. */
  waitalls: number;
}

interface Model {
  readonly pool: ReferencePool;
  /** Indexes of tasks made by `run`. */
  readonly runs: Set<number>;
}

type Command = fc.AsyncCommand<Model, Real>;

/** What `act` does to the counts shows in the call, or once functions have come to their ends. */
type When = 'at once' | 'later';

/** Does `act` to both pools and compares them: the counts in the call where it says so, everything at rest. */
function command(name: string, act: (model: Model, real: Real) => When, check?: Command['check']): Command {
  return {
    check: check ?? (() => true),
    run: async (model, real) => {
      if (act(model, real) === 'at once') compareCounts(model, real, 'in the call');
      await settled();
      compareCounts(model, real, 'at rest');
      compareTasks(model, real);
    },
    toString: () => name,
  };
}

async function settled(): Promise<void> {
  for (let count = 4; count > 0; count -= 1) await turn();
}

function compareCounts(model: Model, { pool }: Real, when: string): void {
  const counts = (of: Pick<GreenPool, 'running' | 'free' | 'waiting'>) => [
    of.running(),
    of.free(),
    of.waiting(),
  ];
  demandEqual(
    [pool.size, ...counts(pool)],
    [model.pool.size, ...counts(model.pool)],
    `size and counts ${when}`,
  );
}

function compareTasks(model: Model, real: Real): void {
  demandEqual(real.starts, model.pool.starts, 'order of starts');
  for (const task of model.pool.tasks) {
    const { handle, outcome } = real.tasks[task.id] as RealTask;
    demandEqual(outcome, expectedOutcome(model, task), `outcome of the call of task ${task.id}`);
    if (handle !== undefined) demandEqual(handle.state, task.state, `state of task ${task.id}`);
  }
  const isIdle = model.pool.running() === 0 && model.pool.waiting() === 0;
  if (isIdle) demandEqual(real.waitalls, 0, 'waitall() calls that wait for an idle pool');
}

function expectedOutcome({ runs, pool }: Model, task: ReferenceTask): string {
  const hasStarted = pool.starts.includes(task.id);
  if (!runs.has(task.id)) return hasStarted ? 'handle' : task.isQueued ? 'none' : 'rejected: killed';
  if (task.state === 'pending' || task.state === 'running') return 'none';
  return task.state === 'done' ? 'done' : `rejected: ${task.state}`;
}

interface CallOptions {
  readonly via: 'spawn' | 'run' | 'trySpawn';
  readonly priority: number;
  readonly isStubborn: boolean;
}

function call(real: Real, { via, priority, isStubborn }: CallOptions): boolean {
  const task = new RealTask();
  const id = real.tasks.length;
  const view = real.pool.with({ priority, signal: task.controller.signal });
  const work = (): Promise<number> => {
    real.starts.push(id);
    return task.work(isStubborn);
  };
  if (via === 'trySpawn') {
    const handle = view.trySpawn(work);
    if (handle === undefined) return false;
    task.expectOutcome(Promise.resolve(handle));
  } else task.expectOutcome(view[via](work));
  real.tasks.push(task);
  return true;
}

const calling = fc
  .record({
    via: fc.constantFrom('spawn' as const, 'spawn' as const, 'run' as const, 'trySpawn' as const),
    priority: fc.constantFrom(0, 0, 0, 1, 2, -1),
    isStubborn: fc.boolean(),
  })
  .map((options) =>
    command(JSON.stringify(options), (model, real) => {
      const isMade = call(real, options);
      const id = model.pool.tasks.length;
      if (options.via === 'trySpawn')
        demandEqual(isMade, model.pool.trySpawn(options.isStubborn), 'whether trySpawn() gives a handle');
      else model.pool.spawn(options.priority, options.isStubborn);
      if (options.via === 'run') model.runs.add(id);
      return 'at once';
    }),
  );

/** `act` on one of the tasks for which `which` holds. */
function onTask(
  name: string,
  which: (task: ReferenceTask) => boolean,
  act: (model: Model, real: RealTask, task: ReferenceTask) => When,
): fc.Arbitrary<Command> {
  return fc.nat({ max: 50 }).map((number) =>
    command(
      `${name} ${number}`,
      (model, real) => {
        const candidates = model.pool.tasks.filter(which);
        const task = candidates[number % candidates.length] as ReferenceTask;
        return act(model, real.tasks[task.id] as RealTask, task);
      },
      (model) => model.pool.tasks.some(which),
    ),
  );
}

const commands = [
  calling,
  calling,
  onTask(
    'finish',
    (task) => task.hasSlot,
    ({ pool }, real, task) => {
      real.end(1);
      pool.end(task, 'done');
      return 'later';
    },
  ),
  onTask(
    'fail',
    (task) => task.hasSlot,
    ({ pool }, real, task) => {
      real.end(new Error('failed'));
      pool.end(task, 'failed');
      return 'later';
    },
  ),
  onTask(
    'abort',
    (task) => task.state === 'pending' || task.state === 'running',
    ({ pool }, real, task) => {
      real.controller.abort(new Error('killed'));
      const when = task.isQueued ? 'at once' : 'later';
      pool.kill(task);
      return when;
    },
  ),
  onTask(
    'kill',
    (task) => task.hasSlot,
    ({ pool }, real, task) => {
      if (real.handle === undefined) real.controller.abort(new Error('killed'));
      else void real.handle.kill(new Error('killed'));
      pool.kill(task);
      return 'later';
    },
  ),
  fc.nat({ max: 4 }).map((size) =>
    command(`resize ${size}`, (model, real) => {
      real.pool.resize(size);
      model.pool.resize(size);
      return 'at once';
    }),
  ),
  fc.constant(
    command('waitall', (_model, real) => {
      real.waitalls += 1;
      void real.pool.waitall().then(() => {
        real.waitalls -= 1;
      });
      return 'at once';
    }),
  ),
  fc.constant(
    command('kill all', (model, real) => {
      void real.pool.kill(new Error('killed'));
      model.pool.killAll();
      return 'later';
    }),
  ),
];

async function play(
  subject: Subject,
  { size, plan }: { size: number; plan: Iterable<Command> },
): Promise<void> {
  const real: Real = { pool: subject.pool(size), tasks: [], starts: [], waitalls: 0 };
  const model: Model = { pool: new ReferencePool(size), runs: new Set() };
  await fc.asyncModelRun(() => ({ model, real }), plan);
  real.pool.resize(1);
  for (const task of real.tasks) task.end(0);
  await ends('waitall()', real.pool.waitall());
  demandEqual([real.pool.running(), real.pool.waiting()], [0, 0], 'running and waiting at the end');
}

export const agreesWithReference = law(
  'the pool agrees with the reference pool after every command',
  fc.record({
    size: fc.nat({ max: 3 }),
    plan: fc.commands(commands, { maxCommands: 40, size: 'max' }),
  }),
  play,
);
