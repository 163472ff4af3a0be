// Tasks that go to a thread several at a time: their arguments are primitive. What they share with the tests is laid out for
// each thread when it is made.
import { getEnvironmentData, threadId } from 'node:worker_threads';
import { defineTasks, sleep } from 'greenpool';
import { isOpen, noteBegin, places } from './tasks.ts';

/** The name of the numbers among the environment data. */
export const BOARD = 'greenpool.board';

/**
 * What a call does besides noting that it has begun: nothing, fail, end its thread, never end, wait for its gate, or wait for it
 * without letting the event loop turn.
 */
export type Deed = 'note' | 'fail' | 'exit' | 'spin' | 'wait' | 'block';

async function waitFor(flags: Int32Array, id: number): Promise<number> {
  while (!isOpen(flags, id)) await sleep(1);
  return id;
}

export const ahead = defineTasks(import.meta.url, {
  act(deed: Deed, id: number): number | Promise<number> {
    // Of whoever made this thread, which has set them.
    const flags = getEnvironmentData(BOARD) as unknown as Int32Array;
    noteBegin(flags, id);
    if (deed === 'fail') throw new Error(`failed ${id}`);
    if (deed === 'exit') process.exit(id);
    if (deed === 'wait') return waitFor(flags, id);
    while (deed === 'spin');
    if (deed === 'block') while (!isOpen(flags, id)) Atomics.wait(flags, places.gates + id, 0, 5);
    return id;
  },
  where: (): number => threadId,
});
