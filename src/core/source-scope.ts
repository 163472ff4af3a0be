import { Scope } from '../primitives/context.ts';
import { currentLineage, type Lineage, nearestLiving } from './membership.ts';
import type { Results } from './results.ts';

/**
 * The scope of a map's source: code of a source acts for whoever waits for an item, or else for the maker of the map. A kill
 * of either is none of its business, since the items may go to others.
 */
export class SourceScope extends Scope {
  readonly #results: Results;
  readonly #maker: Lineage | undefined = currentLineage();

  constructor(results: Results) {
    super();
    this.#results = results;
  }

  override get acting(): Scope | undefined {
    return this.#results.consumer ?? nearestLiving(this.#maker);
  }
}
