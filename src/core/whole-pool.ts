import { describePool, PoolDeadlockError } from '../errors.ts';
import { ignore, rejectedQuietly } from '../primitives/deferred.ts';
import { passing, type WaitOptions } from '../primitives/waiter.ts';
import { stop } from './lifecycle.ts';
import { currentThread } from './membership.ts';
import type { PoolCore } from './pool-core.ts';

/** Resolves when the pool has come to rest. */
export function waitall(core: PoolCore, options: WaitOptions | undefined): Promise<void> {
  if (core.member !== undefined) return Promise.reject(deadlock(core, 'waitall()'));
  return core.isBusy ? core.idle.park(options) : passing(options, ignore);
}

/** Refuses new work, then waits for the rest. */
export function close(core: PoolCore): Promise<void> {
  if (core.member !== undefined) return Promise.reject(deadlock(core, 'close()'));
  core.isClosed = true;
  for (const map of [...core.openMaps]) map.refuse();
  return waitall(core, undefined);
}

/** Stops all that is there now. From inside a member it stops that one too, so it cannot wait for the end. */
export function kill(core: PoolCore, reason: unknown): Promise<void> {
  const { member } = core;
  core.lastKill = { reason };
  const admitted = core.slots.threads();
  const loans = new Set(
    admitted.flatMap(({ extras }) => [extras?.loan ?? [], extras?.loanedFrom ?? []].flat()),
  );
  for (const loan of core.limits?.heldLoans ?? []) loans.add(loan);
  const waiting = [...core.line.drain(), ...[...loans].flatMap((loan) => loan.drain()), ...core.backoffs];
  for (const map of [...core.openMaps]) map.end(reason);
  for (const thread of [...waiting, ...admitted]) stop(thread, reason);
  if (member === undefined) return Promise.all(admitted.map((thread) => thread.whenEnded())).then(ignore);
  // The caller itself throws its reason here. A task of another pool, below a member, was not killed, but cannot wait either.
  return member === currentThread() ? member.kill(reason) : rejectedQuietly(deadlock(core, 'kill()'));
}

function deadlock(core: PoolCore, call: string): PoolDeadlockError {
  return new PoolDeadlockError(
    `${call} from inside a task of ${describePool(core.name)} would wait for that task for ever; call it from outside`,
  );
}
