import { Queue } from './queue.ts';
import { Stack } from './stack.ts';

/**
 * A `Queue` that gives the item put in last first. Callers that wait are still served in call order.
 *
 * @example
 * const queue = new LifoQueue<number>();
 * queue.putNowait(1);
 * queue.putNowait(2);
 * console.log(queue.getNowait()); // 2
 */
export class LifoQueue<T> extends Queue<T> {
  /**
   * Makes an empty queue for `maxsize` items, as `Queue` does.
   *
   * @throws {TypeError} when `maxsize` is no integer.
   */
  constructor(maxsize?: number | null) {
    super(maxsize, new Stack());
  }
}
