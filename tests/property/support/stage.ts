import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { Event, type GreenPool, type GreenThread, getcurrent } from 'greenpool';
import { demand, demandEqual } from './law.ts';
import type { Subject } from './subject.ts';
import { drive } from './turns.ts';

/** Somebody outside the pool who has one task done, and sometimes another in the very turn in which the first is released. */
export interface Actor {
  readonly via: 'spawn' | 'run' | 'spawnN' | 'trySpawn';
  /** Steps before the call. */
  readonly arrival: number;
  /** Steps of the task. */
  readonly work: number;
  /** The task goes on working when it is killed. */
  readonly isStubborn: boolean;
  readonly fails: boolean;
  readonly fate: 'none' | 'kill' | 'abort';
  /** Steps from the call to the fate. */
  readonly delay: number;
  /** Where the second task is spawned from: what waited for the first one, or a link of it. */
  readonly again: 'none' | 'waiter' | 'link';
}

interface Resizing {
  readonly after: number;
  readonly size: number;
}

export interface Plan {
  readonly scheduler: fc.Scheduler;
  readonly size: number;
  readonly actors: readonly Actor[];
  readonly resizings: readonly Resizing[];
}

const steps = fc.nat({ max: 3 });

const actors: fc.Arbitrary<Actor> = fc.record({
  via: fc.constantFrom('spawn', 'spawn', 'run', 'spawnN', 'trySpawn'),
  arrival: steps,
  work: steps,
  isStubborn: fc.boolean(),
  fails: fc.boolean(),
  fate: fc.constantFrom('none', 'none', 'kill', 'abort'),
  delay: fc.nat({ max: 5 }),
  again: fc.constantFrom('none', 'waiter', 'waiter', 'link'),
});

/** What may happen on the stage. */
export function plans(options: { resizes?: boolean; peaceful?: boolean } = {}): fc.Arbitrary<Plan> {
  const { resizes = false, peaceful = false } = options;
  const cast = peaceful
    ? actors.map((actor): Actor => ({ ...actor, fate: 'none', isStubborn: false }))
    : actors;
  return fc.record({
    scheduler: fc.scheduler(),
    size: fc.integer({ min: 1, max: 3 }),
    actors: fc.array(cast, { minLength: 2, maxLength: 8, size: 'max' }),
    resizings: resizes
      ? fc.array(fc.record({ after: steps, size: fc.nat({ max: 4 }) }), { maxLength: 4, size: 'max' })
      : fc.constant([]),
  });
}

/** One call, numbered in the order of the calls. */
export interface Ticket {
  readonly number: number;
  state: 'called' | 'started' | 'ended' | 'withdrawn';
}

/** The number of the call that the code is part of. */
const calling = new AsyncLocalStorage<number>();

/** Plays a plan on one pool. It writes down who called, started and ended in which order, and looks at the pool all the time. */
export class Stage {
  readonly pool: GreenPool;
  readonly scheduler: fc.Scheduler;
  readonly tickets: Ticket[] = [];
  readonly starts: number[] = [];
  /** Functions that have started and not ended, killed ones included. */
  working = 0;
  /** Tasks that saw the stores of another call, or another green thread as the current one. */
  readonly strays: string[] = [];
  /** A link runs, with a slot free that has not been handed on. */
  isInLink = false;
  /** Those who will call once more as soon as they are released. */
  aboutToCall = 0;
  #violation: Error | undefined = undefined;
  readonly #plan: Plan;
  readonly #signals: AbortSignal[] = [];
  /** Called whenever anything has happened. */
  readonly #look: (stage: Stage) => void;
  /** Called in the first link of each handle. */
  onLink: (stage: Stage) => void = () => {};

  constructor(subject: Subject, plan: Plan, look: (stage: Stage) => void = () => {}) {
    this.pool = subject.pool(plan.size);
    this.scheduler = plan.scheduler;
    this.#plan = plan;
    this.#look = look;
  }

  async play(...others: Promise<unknown>[]): Promise<void> {
    const acting = this.#plan.actors.map((actor) => this.#act(actor));
    const all = Promise.all([...acting, this.#resize(), ...others]);
    all.catch(() => {});
    await drive('the play', this.scheduler, all);
    await drive('waitall() after the play', this.scheduler, this.pool.waitall());
    this.look();
    if (this.#violation !== undefined) throw this.#violation;
  }

  /** Something outside may happen now. */
  async step(label: string): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), label);
    this.look();
  }

  look(): void {
    this.witness(() => this.#look(this));
  }

  /** Runs a check wherever the plan is; the first one that fails fails the play. */
  witness(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error as Error; // checks throw nothing else
    }
  }

  /** No slot is lost, none was made, nothing stands in line and nothing listens. */
  demandRest(): void {
    const { pool } = this;
    const { size } = pool;
    demandEqual([pool.running(), pool.waiting(), pool.free()], [0, 0, size], 'the pool after the play');
    const given = Array.from({ length: size + 1 }, () => pool.trySpawn(() => {}) !== undefined);
    demandEqual(given.lastIndexOf(true), size - 1, 'the last slot that can be had');
    const listeners = this.#signals.filter((signal) => getEventListeners(signal, 'abort').length > 0);
    demand(listeners.length === 0, () => `${listeners.length} signals are still listened to`);
    const lost = this.tickets.filter(({ state }) => state !== 'ended' && state !== 'withdrawn');
    demandEqual(lost, [], 'calls that got nowhere');
  }

  async #resize(): Promise<void> {
    const { resizings, size } = this.#plan;
    if (resizings.length === 0) return;
    for (const resizing of resizings) {
      for (let count = resizing.after; count >= 0; count -= 1) await this.step('resize');
      this.look();
      this.pool.resize(resizing.size);
      this.look();
    }
    await this.step('last resize');
    this.pool.resize(size);
  }

  async #act(actor: Actor): Promise<void> {
    for (let count = actor.arrival; count > 0; count -= 1) await this.step('arrive');
    await this.#call(actor);
  }

  async #call(actor: Actor): Promise<void> {
    const controller = new AbortController();
    this.#signals.push(controller.signal);
    const view = actor.fate === 'abort' ? this.pool.with({ signal: controller.signal }) : this.pool;
    const ticket: Ticket = { number: this.tickets.length, state: 'called' };
    if (actor.again !== 'none') this.aboutToCall += 1;
    const again = (): Promise<void> | undefined => {
      if (actor.again === 'none') return undefined;
      const call = this.#call({ ...actor, via: 'spawn', fate: 'none', again: 'none' });
      this.aboutToCall -= 1;
      return call;
    };
    let second: Promise<void> | undefined;
    let isLinked = false;
    let handle: GreenThread<void> | undefined;
    const meetFate = async (): Promise<void> => {
      for (let count = actor.delay; count > 0; count -= 1) await this.step('fate');
      if (actor.fate === 'abort') controller.abort(new Error('aborted'));
      if (actor.fate === 'kill') void handle?.kill(new Error('killed'));
    };
    const fate = actor.fate === 'none' ? undefined : meetFate();
    try {
      this.look();
      this.tickets.push(ticket);
      const task = () => this.#task(ticket, actor);
      const within = <T>(call: () => T): T => calling.run(ticket.number, call);
      if (actor.via === 'run') await within(() => view.run(task));
      else if (actor.via === 'spawnN') await within(() => view.spawnN(task));
      else {
        handle =
          actor.via === 'spawn' ? await within(() => view.spawn(task)) : within(() => view.trySpawn(task));
        this.look();
        handle?.link(() => this.onLink(this));
        if (actor.again === 'link' && handle !== undefined) {
          isLinked = true;
          handle.link(() => {
            this.isInLink = true;
            second = again();
            this.isInLink = false;
          });
        }
        if (handle === undefined) ticket.state = 'withdrawn';
        await handle?.wait();
      }
    } catch {
      // The plan says so.
    }
    if (!isLinked) second = again();
    if (ticket.state === 'called' && actor.via !== 'spawnN') ticket.state = 'withdrawn';
    this.look();
    await fate;
    // It had a slot, but not yet its first line.
    if (ticket.state === 'called' && controller.signal.aborted) ticket.state = 'withdrawn';
    if (isLinked && second === undefined)
      await drive(
        'the link',
        this.scheduler,
        linked(() => second !== undefined),
      );
    await second;
    await handle?.kill().catch(() => {});
  }

  async #task(ticket: Ticket, actor: Actor): Promise<void> {
    ticket.state = 'started';
    this.starts.push(ticket.number);
    this.working += 1;
    this.look();
    const thread = getcurrent();
    if (thread?.state !== 'running') this.strays.push(`${ticket.number} runs in ${thread?.state}`);
    try {
      for (let count = actor.work; count >= 0; count -= 1) {
        const store = calling.getStore();
        if (store !== ticket.number) this.strays.push(`${ticket.number} sees the store of ${store}`);
        if (getcurrent() !== thread) this.strays.push(`${ticket.number} runs in another green thread`);
        if (count > 0) await this.#work(actor.isStubborn);
      }
      if (actor.fails) throw new Error('failed');
    } finally {
      ticket.state = 'ended';
      this.working -= 1;
      this.look();
    }
  }

  async #work(isStubborn: boolean): Promise<void> {
    const step = this.scheduler.schedule(Promise.resolve(), 'work');
    if (isStubborn) await step;
    else {
      const event = new Event<void>();
      void step.then(() => event.send());
      await event.wait();
    }
    this.look();
  }
}

/** Resolves once `isReady`, asking in every turn. */
async function linked(isReady: () => boolean): Promise<void> {
  while (!isReady()) await new Promise((resolve) => setImmediate(resolve));
}
