// Behaviours observed on eventlet 0.33: of its GreenThread and Timeout.
import { GreenPool, type GreenThread, sleep, Timeout, withTimeout } from 'greenpool';
import { describe } from 'vitest';
import { scenario, turn } from './kit.ts';

/** eventlet's `dead`. */
const isDead = (thread: GreenThread<unknown>): boolean => ['done', 'failed', 'killed'].includes(thread.state);

describe('GreenThread, the same as in eventlet', () => {
  scenario(
    'G04',
    'kill while blocked: cleanup and links run before the killer continues',
    async ({ log, go, attempt }) => {
      const thread = go(async () => {
        try {
          await sleep(100);
        } catch (error) {
          log('got', (error as Error).name);
          throw error;
        } finally {
          log('cleanup');
        }
      });
      await turn();
      thread.link(() => log('link'));
      await thread.kill();
      log(`killer continues dead=${isDead(thread)}`);
      await attempt('wait', () => thread.wait());
    },
    ['got GreenletExit', 'cleanup', 'link', 'killer continues dead=true', 'wait raised GreenletExit'],
  );

  scenario(
    'G08',
    'killing twice, killing the finished, killing oneself',
    async ({ log, go, attempt }) => {
      const blocked = go(() => sleep(100));
      await turn();
      await blocked.kill();
      log('second', await blocked.kill());
      await attempt('wait', () => blocked.wait());

      const finished = go(() => 5);
      await finished.wait();
      log('finished', await finished.kill());
      await attempt('wait', () => finished.wait());

      const suicide: GreenThread<void> = go(async () => {
        log('before');
        await suicide.kill();
        log('not reached');
      });
      await attempt('self', () => suicide.wait());
      log('dead', isDead(suicide));
    },
    [
      'second undefined',
      'wait raised GreenletExit',
      'finished undefined',
      'wait -> 5',
      'before',
      'self raised GreenletExit',
      'dead true',
    ],
  );

  // A link here cannot block the others while it waits for the result, so what it learns that way is a line of its own.
  scenario(
    'G13',
    'links: order, extra arguments, run before waiters, run at once when already finished',
    async ({ log, go }) => {
      const thread = go(() => 9);
      go(async () => log('waiter', await thread.wait()));
      thread.link(async (ended, label) => {
        log('L1', label);
        log('L1 sees', await ended.wait());
      }, 'x');
      thread.link(() => log('L2'));
      await sleep(20);
      log('finished');
      thread.link(() => log('L3 synchronous'));
      log('after L3');
    },
    ['L1 x', 'L2', 'L1 sees 9', 'waiter 9', 'finished', 'L3 synchronous', 'after L3'],
  );

  scenario(
    'G18',
    'killing pool tasks frees their slots, started or not',
    async ({ log, attempt }) => {
      const pool = new GreenPool(2);
      const started = await pool.spawn(sleep, 100);
      await turn();
      await started.kill();
      log('running', pool.running(), 'free', pool.free());
      await attempt('wait', () => started.wait());

      const unstarted = await pool.spawn(log, 'must not run');
      await unstarted.kill();
      log('running', pool.running(), 'free', pool.free());
      await attempt('wait', () => unstarted.wait());

      await pool.waitall();
      log('waitall');
    },
    [
      'running 0 free 2',
      'wait raised GreenletExit',
      'running 0 free 2',
      'wait raised GreenletExit',
      'waitall',
    ],
  );
});

describe('Timeout, the same as in eventlet', () => {
  // eventlet's silent Timeout(60, False) is a catch of one's own timeout here.
  scenario(
    'T03',
    'nested: the outer one passes through the inner handler, told apart by identity',
    async ({ log, logt }) => {
      const [a, b] = [new Timeout(20), new Timeout(60)];
      const inner = async (): Promise<void> => {
        try {
          await withTimeout(b, sleep, 200);
        } catch (error) {
          log('inner sees: is a', error === a, 'is b', error === b);
          throw error;
        }
      };
      await withTimeout(a, inner).catch((error) => logt('outer is a', error === a));

      const [outer, silent] = [new Timeout(20), new Timeout(60)];
      const silentInner = async (): Promise<void> => {
        await withTimeout(silent, sleep, 200).catch((error) => {
          if (error !== silent) throw error;
        });
        log('not reached');
      };
      await withTimeout(outer, silentInner).catch((error) => {
        if (error === outer) logt('silent inner does not swallow outer');
      });
    },
    ['inner sees: is a true is b false', '[20] outer is a true', '[40] silent inner does not swallow outer'],
  );
});
