// Long enough to be calm, short enough to show that a run has slowed down.
const WINDOW = 10_000;
const MIN_SPAN = 500;

/** Items a second over the last ten seconds. */
export class RateMeter {
  readonly #samples: { time: number; count: number }[];

  constructor(now: number) {
    this.#samples = [{ time: now, count: 0 }];
  }

  /** Takes the count as it is now. Called at each drawing: the window holds about a hundred samples. */
  sample(time: number, count: number): void {
    this.#samples.push({ time, count });
    while (this.#samples.length > 2 && time - (this.#samples[1]?.time ?? time) >= WINDOW)
      this.#samples.shift();
  }

  /** `undefined` until there is enough to tell. */
  perSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.time - first.time < MIN_SPAN) return undefined;
    return ((last.count - first.count) * 1000) / (last.time - first.time);
  }
}
