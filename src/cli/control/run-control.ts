import { ItemError } from '../failures/item-error.ts';
import type { ItemSource } from '../input/item.ts';
import { describeRate } from '../limits/rate.ts';
import { formatCount } from '../progress/figures.ts';
import { RateMeter } from '../progress/rate-meter.ts';
import type { ItemRun } from '../run/item-run.ts';
import type { Tally } from '../run/tally.ts';
import type { Ticks } from '../ticks.ts';
import type { Change, ControlAnswer, ControlRequest, RunStatus } from './protocol.ts';

/** What is steered, and by what it is known. */
export interface RunControlParts {
  readonly run: Pick<ItemRun, 'drain' | 'state' | 'limits' | 'running' | 'cancelItem'>;
  readonly tally: Tally;
  readonly reader: Pick<ItemSource, 'itemsWaiting'>;
  readonly ticks: Pick<Ticks, 'now'>;
  /** When the run began, by `ticks`. */
  readonly start: number;
  readonly pid: number;
  readonly command: string;
  /** Tells whoever watches the run what somebody else has changed. */
  readonly print: (text: string) => void;
}

const CANCELLED = 'cancelled by greenpool ctl';
// What a refusal names: enough to see what was meant.
const MOST_IDS = 10;

/** Does to a run what somebody outside asks for. */
export class RunControl {
  readonly #parts: RunControlParts;
  readonly #rate: RateMeter;

  constructor(parts: RunControlParts) {
    this.#parts = parts;
    this.#rate = new RateMeter(parts.start);
  }

  /** Takes the figures of now, for the rate. To be called every second or so. */
  sample(): void {
    this.#rate.sample(this.#parts.ticks.now(), this.#parts.tally.finished);
  }

  answer(request: ControlRequest): ControlAnswer {
    if (request.do === 'status') return { status: this.#status() };
    const answer = this.#change(request);
    if ('now' in answer) this.#parts.print(`greenpool: ctl: ${answer.now}`);
    return answer;
  }

  #change(change: Change): ControlAnswer {
    switch (change.do) {
      case 'size':
        return this.#resize(change.size);
      case 'rate':
        return this.#setRate(change.rate ?? undefined);
      case 'pause':
        return this.#pause();
      case 'resume':
        this.#parts.run.limits.resume();
        return { now: `not paused, ${this.#running}` };
      case 'drain':
        this.#parts.run.drain();
        return { now: `${this.#parts.run.state}, ${this.#running}` };
      case 'cancel':
        return this.#cancel(change.id);
    }
  }

  #resize(size: number): ControlAnswer {
    const { limits, running } = this.#parts.run;
    const before = limits.pool.size;
    // First the numbers: growing starts items at once.
    running.resize(size);
    limits.resize(size);
    return { now: `size ${size} (was ${before})` };
  }

  #setRate(rate: Parameters<typeof describeRate>[0]): ControlAnswer {
    const { limits } = this.#parts.run;
    const before = limits.rate;
    limits.setRate(rate);
    return { now: `rate ${describeRate(rate)} (was ${describeRate(before)})` };
  }

  #pause(): ControlAnswer {
    const { state, limits } = this.#parts.run;
    // The wait for its end would have none.
    if (state !== 'running') return { refused: `the run is ${state}: it starts no more items` };
    limits.pause();
    return { now: `paused, ${this.#running}` };
  }

  #cancel(id: number): ControlAnswer {
    const { run } = this.#parts;
    const isCancelled = run.cancelItem(id, new ItemError('ERR_ITEM_CANCELLED', CANCELLED));
    if (isCancelled) return { now: `item ${id} cancelled` };
    return { refused: `item ${id} is not running; ${describeIds(run.running)}` };
  }

  get #running(): string {
    return `${formatCount(this.#parts.tally.running)} running`;
  }

  #status(): RunStatus {
    const { run, tally, reader, ticks, start, pid, command } = this.#parts;
    const { pool, rate } = run.limits;
    const elapsed = ticks.now() - start;
    this.sample();
    return {
      pid,
      command,
      state: run.state === 'running' && pool.isPaused ? 'paused' : run.state,
      started: new Date(Date.now() - elapsed).toISOString(),
      elapsed: Math.round(elapsed),
      ...tally.ended,
      retried: tally.retried,
      running: tally.running,
      waiting: reader.itemsWaiting + pool.waiting(),
      size: pool.size,
      perSecond: this.#rate.perSecond() ?? null,
      rate: rate === undefined ? null : describeRate(rate),
    };
  }
}

function describeIds(running: Iterable<{ readonly id: number }>): string {
  const ids = [...running].map(({ id }) => id).sort((a, b) => a - b);
  if (ids.length === 0) return 'nothing is';
  return `those that are: ${ids.slice(0, MOST_IDS).join(', ')}${ids.length > MOST_IDS ? ', ...' : ''}`;
}
