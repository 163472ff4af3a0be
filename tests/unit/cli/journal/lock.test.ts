import { describe, expect, test } from 'vitest';
import type { Beat } from '../../../../src/cli/journal/heartbeat.ts';
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
      canSee: () => true,
      isAlive: (identity) => this.#alive.has(keyOf(identity)),
      token: () => `t${++this.#tokens}`,
    };
  }

  end({ self }: Processes): void {
    this.#alive.delete(keyOf(self));
  }
}

const keyOf = ({ pid, birth }: ProcessIdentity): string => `${pid} ${birth}`;

/** Beats in every turn, like the clock. */
const beat: Beat = (fn) => {
  let isOn = true;
  const tick = (): void => {
    if (!isOn) return;
    fn();
    turnClock.nextTurn(tick);
  };
  turnClock.nextTurn(tick);
  return () => {
    isOn = false;
  };
};

const never: Beat = () => () => {};

function setUp(seed = 1, heart = never) {
  const files = new CrashDisk(seededRandom(seed));
  const machine = new Machine();
  const waits: string[] = [];
  const parts = { files, clock: turnClock, beat: heart, onWait: (text: string) => waits.push(text) };
  const lock = (processes: Processes) => lockJournal('j', { ...parts, processes });
  return { files, machine, lock, waits };
}

describe('lockJournal, where a process of another container has a claim', () => {
  const blind = (processes: Processes): Processes => ({
    ...processes,
    canSee: ({ pid }) => pid === processes.self.pid,
    isAlive: () => false,
  });

  test('is refused as long as that shows a sign of life', async () => {
    const { machine, lock, waits } = setUp(1, beat);
    const first = await lock(blind(machine.start(1, 'a')));

    const error = await rejection(lock(blind(machine.start(2, 'b'))));
    await first.release();

    expect(error).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^j is in use by process 1 since \d{4}-/),
    });
    expect(waits[0]).toContain('process 1 of another container or machine');
    await (await lock(blind(machine.start(3, 'c')))).release();
  });

  test('takes the journal when that shows none', async () => {
    const { machine, lock, files } = setUp();
    const dead = { ...blind(machine.start(1, 'a')), token: () => 'dead' };
    await lockJournal('j', { files, processes: dead, clock: turnClock, beat: never });

    const second = await lock(blind(machine.start(2, 'b')));

    expect(await files.list('j')).toEqual([expect.stringMatching(/^lock-2-b-/)]);
    await second.release();
  });

  test('of two that come at the same time one goes on', async () => {
    const { machine, lock } = setUp(1, beat);

    const both = await Promise.allSettled([
      lock(blind(machine.start(1, 'a'))),
      lock(blind(machine.start(2, 'b'))),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const end of both) if (end.status === 'fulfilled') await end.value.release();
  });
});

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
