/**
 * Tools for tests of concurrent code: time that stands still, steps in a fixed order.
 *
 * @module
 */
export { type Deferred, deferred } from '../primitives/deferred.ts';
export { ManualClock } from './manual-clock.ts';
export { Sequencer } from './sequencer.ts';
export { settle } from './settle.ts';
