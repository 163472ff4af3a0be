import { describe, expect, test } from 'vitest';
import { lockJournal } from '../../../../src/cli/journal/lock.ts';
import type { Processes, ProcessIdentity } from '../../../../src/cli/journal/process-identity.ts';
import { CrashDisk } from '../../../support/journal/crash-disk.ts';
import { seededRandom } from '../../../support/journal/random.ts';
import { turnClock } from '../../../support/journal/turn-clock.ts';
import { rejection } from '../../../support/rejection.ts';

/** A machine with processes that a test starts and ends. */
class Machine {
  readonly #alive = new Set<string>();
  #tokens = 0;

  start(pid: number, birth: string): Processes {
    const self = { pid, birth };
    this.#alive.add(keyOf(self));
    return {
      self,
      isAlive: (identity) => this.#alive.has(keyOf(identity)),
      token: () => `t${++this.#tokens}`,
    };
  }

  end({ self }: Processes): void {
    this.#alive.delete(keyOf(self));
  }
}

const keyOf = ({ pid, birth }: ProcessIdentity): string => `${pid} ${birth}`;

function setUp(seed = 1) {
  const files = new CrashDisk(seededRandom(seed));
  const machine = new Machine();
  const lock = (processes: Processes) => lockJournal('j', { files, processes, clock: turnClock });
  return { files, machine, lock };
}

describe('lockJournal', () => {
  test('a second process is told who has the journal', async () => {
    const { machine, lock } = setUp();
    await lock(machine.start(41, 'b1.5'));

    const error = await rejection(lock(machine.start(42, 'b1.6')));

    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^j is in use by process 41 since \d{4}-\d\d-\d\dT/),
    });
  });

  test('a released lock can be taken', async () => {
    const { files, machine, lock } = setUp();
    const first = await lock(machine.start(41, 'b1.5'));
    await first.release();
    await lock(machine.start(42, 'b1.6'));

    expect(await files.list('j')).toHaveLength(1);
  });

  test('the lock of a dead process is taken over, and its file removed', async () => {
    const { files, machine, lock } = setUp();
    const dead = machine.start(41, 'b1.5');
    await lock(dead);
    machine.end(dead);
    await lock(machine.start(42, 'b1.6'));

    expect(await files.list('j')).toEqual([expect.stringMatching(/^lock-42-/)]);
  });

  test('after a reboot, another process with the same number is not taken for the owner', async () => {
    const { machine, lock } = setUp();
    const before = machine.start(41, 'b1.5');
    await lock(before);
    machine.end(before);

    await lock(machine.start(41, 'b2.5'));
  });

  test('of many that take over a stale lock at once exactly one gets it', async () => {
    const winners: number[] = [];
    for (let seed = 1; seed <= 200; seed += 1) {
      const { machine, lock } = setUp(seed);
      const dead = machine.start(40, 'b1.1');
      await lock(dead);
      machine.end(dead);
      const contenders = [41, 42, 43, 44].map((pid) => lock(machine.start(pid, `b1.${pid}`)));
      const ends = await Promise.allSettled(contenders);
      winners.push(ends.filter(({ status }) => status === 'fulfilled').length);
    }

    expect(new Set(winners)).toEqual(new Set([1]));
  });
});
