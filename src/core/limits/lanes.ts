import { Heap } from '../../primitives/heap.ts';
import type { GreenThread } from '../green-thread.ts';
import type { Bound } from '../options.ts';
import { WaitLine } from '../wait-line.ts';
import type { KeyRecord, PerKey } from './per-key.ts';
import type { Rate } from './rate.ts';
import type { Wake } from './wakes.ts';

type Thread = GreenThread<unknown>;

/** A lane's place among those that may be served: a new object for each new place, so that an old one is seen to be stale. */
interface Turn {
  readonly lane: Lane;
  readonly priority: number;
  readonly order: number;
}

/** Those who wait and whom the same limits hold back: of one key, with one set of rates. */
export class Lane {
  readonly record: KeyRecord;
  readonly rates: readonly Rate[];
  readonly perKey: PerKey;
  readonly line: WaitLine<Thread>;
  turn: Turn | undefined = undefined;
  /** When it is looked at again. */
  wake: Wake | undefined = undefined;
  /** The rate that it waits for with others. */
  parkedAt: Rate | undefined = undefined;

  constructor(record: KeyRecord, { rates, perKey }: Bound, place: unknown) {
    this.record = record;
    this.rates = rates;
    this.perKey = perKey;
    this.line = new WaitLine<Thread>({ place });
  }
}

// Stale turns are dropped when they outnumber the lanes, above this many.
const SWEEP_FROM = 64;

/**
 * The lanes in which somebody waits, and whose turn it is: by the priority of who is first in a lane, and in turn among
 * equals. All O(log lanes).
 */
export class Lanes {
  /** What the `place` of those who wait says. */
  readonly #place: unknown;
  readonly #byRecord = new Map<KeyRecord, Lane[]>();
  readonly #turns = new Heap<Turn>((a, b) => b.priority - a.priority || a.order - b.order);
  #order = 0;

  constructor(place: unknown) {
    this.#place = place;
  }

  all(): Lane[] {
    return [...this.#byRecord.values()].flat();
  }

  /** Where one of `record` with the options `bound` waits. */
  for(record: KeyRecord, bound: Bound): Lane {
    const lanes = this.#byRecord.get(record);
    const known = lanes?.find(
      ({ rates, perKey }) => rates === bound.rates && perKey.name === bound.perKey.name,
    );
    if (known !== undefined) return known;
    const lane = new Lane(record, bound, this.#place);
    if (lanes === undefined) this.#byRecord.set(record, [lane]);
    else lanes.push(lane);
    return lane;
  }

  /** Somebody has left `lane`, from its front or not. */
  left(lane: Lane): void {
    if (lane.line.length > 0) return;
    lane.turn = undefined;
    lane.wake = undefined;
    lane.parkedAt = undefined;
    const lanes = this.#byRecord.get(lane.record) ?? [];
    const others = lanes.filter((other) => other !== lane);
    if (others.length === 0) this.#byRecord.delete(lane.record);
    else this.#byRecord.set(lane.record, others);
  }

  /** `lane` may be served, behind all others of its priority; one that stands there already keeps its turn. */
  queueUp(lane: Lane): void {
    const first = lane.line.peek();
    lane.wake = undefined;
    lane.parkedAt = undefined;
    if (first === undefined || lane.turn?.priority === first.priority) return;
    this.#order += 1;
    lane.turn = { lane, priority: first.priority, order: lane.turn?.order ?? this.#order };
    this.#turns.push(lane.turn);
    if (this.#turns.size > SWEEP_FROM + 2 * this.#byRecord.size) {
      this.#turns.filter((turn) => turn.lane.turn === turn);
    }
  }

  /** A slot of `record` has come free: its lanes that wait for nothing else may be served. */
  queueUpAll(record: KeyRecord): void {
    for (const lane of this.#byRecord.get(record) ?? []) {
      if (lane.wake === undefined && lane.parkedAt === undefined) this.queueUp(lane);
    }
  }

  /** Whose turn it is; it keeps it until its `turn` is taken away. */
  next(): Lane | undefined {
    for (let turn = this.#turns.peek(); turn !== undefined; turn = this.#turns.peek()) {
      const { lane } = turn;
      const isIts = lane.turn === turn;
      if (isIts && lane.line.peek()?.priority === turn.priority) return lane;
      this.#turns.pop();
      // The first one has left, and the next one has another priority, or there is none.
      if (isIts) this.queueUp(lane);
    }
    return undefined;
  }
}
