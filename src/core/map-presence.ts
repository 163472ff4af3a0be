import { type Abortable, offAbort, onAbort } from '../primitives/abort.ts';
import type { PoolCore } from './pool-core.ts';
import type { OpenMap } from './pool-roles.ts';

/** What a pool and a signal know of a map: while it has work under way, and no longer, or an abandoned map would never be collected. */
export class MapPresence {
  readonly #core: PoolCore;
  readonly #map: OpenMap & Abortable;
  readonly #signal: AbortSignal | undefined;
  #isUnderWay = false;
  #isKnown = false;
  #isAsked = false;
  #isLeaving = false;

  constructor(core: PoolCore, map: OpenMap & Abortable, signal: AbortSignal | undefined) {
    this.#core = core;
    this.#map = map;
    this.#signal = signal;
  }

  /**
   * `isUnderWay`: there is something that a kill or a resize would have to reach. `isAsked`: the map owes somebody an item, and so
   * keeps its pool busy, also while its source is slow. `isOver`: nothing will ever be under way again.
   */
  update(isUnderWay: boolean, isAsked: boolean, isOver: boolean): void {
    this.#isUnderWay = isUnderWay;
    this.#setAsked(isAsked);
    if (isUnderWay === this.#isKnown) return;
    if (isUnderWay || isOver) this.#setKnown(isUnderWay);
    else if (!this.#isLeaving) {
      // Between two items of a quick consumer nothing is under way for an instant. Only a turn without any counts.
      this.#isLeaving = true;
      this.#core.clock.nextTurn(() => {
        this.#isLeaving = false;
        if (this.#isKnown && !this.#isUnderWay) this.#setKnown(false);
      });
    }
  }

  #setAsked(isAsked: boolean): void {
    if (isAsked === this.#isAsked) return;
    this.#isAsked = isAsked;
    this.#core.askedMaps += isAsked ? 1 : -1;
    if (!isAsked) this.#core.idle.settle();
  }

  #setKnown(isKnown: boolean): void {
    const signal = this.#signal;
    this.#isKnown = isKnown;
    if (isKnown) this.#core.openMaps.add(this.#map);
    else this.#core.openMaps.delete(this.#map);
    if (signal === undefined) return;
    if (!isKnown) offAbort(signal, this.#map);
    else if (!signal.aborted) onAbort(signal, this.#map);
  }
}
