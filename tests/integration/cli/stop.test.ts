import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  // Every item says that it runs. What ends it is the cancellation, nothing, or the first signal.
  'wait.mjs': `
    export const polite = (item, { signal, log }) => new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, 60_000);
      signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); });
      log('started', item);
    });
    export const deaf = (item, { log }) => new Promise((resolve) => { setTimeout(resolve, 60_000); log('started', item); });
    export const short = async (item, { log }) => {
      log('started', item);
      const drained = new Promise((resolve) => process.on('SIGINT', resolve).on('SIGTERM', resolve));
      await drained;
      return item;
    };
  `,
});

const start = async (name: string, options: readonly string[] = []) => {
  const running = greenpool.start([`wait.mjs#${name}`, '-j', '2', ...options]);
  running.child.stdin?.on('error', () => {});
  running.child.stdin?.write('a\nb\nc\nd\n');
  await running.seen('stderr', /started a\n(.*\n)*started b/);
  return running;
};

describe('greenpool run, stopped by a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'one %s lets what runs end, writes it, and exits 75',
    async (signal) => {
      const { child, ended } = await start('short');

      child.kill(signal);
      const { code, stdout, stderr } = await ended;

      expect(stdout).toBe('"a"\n"b"\n');
      expect(stderr).not.toContain('started c');
      expect(stderr).toContain('2 done in ');
      expect(stderr).toContain('; the input from line 3 on was not started');
      expect(code).toBe(75);
    },
  );

  test('a second ctrl-C cancels what runs and exits 130', async () => {
    const { child, ended, seen } = await start('polite');

    child.kill('SIGINT');
    await seen('stderr', /waiting for 2 running \(ctrl-C again cancels them\)/);
    child.kill('SIGINT');
    const { code, stderr } = await ended;

    expect(stderr).toContain('\ngreenpool: cancelling 2 running (once more leaves at once)\n');
    expect(stderr).toContain('0 done, 2 cancelled in ');
    expect(code).toBe(130);
  });

  test('functions that ignore the cancellation are given up after a while', async () => {
    const { child, ended, seen } = await start('deaf');

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    const { code, stderr } = await ended;

    expect(stderr).toContain('0 done, 2 cancelled in ');
    expect(code).toBe(130);
  });

  test('a third ctrl-C leaves at once', async () => {
    const { child, ended, seen } = await start('deaf');

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    // Two signals of one kind that meet before they are taken are one: send until it is gone.
    const again = setInterval(() => child.kill('SIGINT'), 20);
    const { code, stderr } = await ended;
    clearInterval(again);

    expect(stderr).not.toContain('cancelled in');
    expect(code).toBe(130);
  });

  test('a third ctrl-C takes the bar away before it leaves', async () => {
    const { child, ended, seen } = await start('deaf', ['--progress', 'bar']);
    await seen('stderr', /2 running/);

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    await seen('stderr', /once more leaves at once\)\n.*2 running/);
    child.kill('SIGINT');
    const { code, stderr } = await ended;

    expect(stderr.endsWith('\r\x1b[K')).toBe(true);
    expect(code).toBe(130);
  });

  test('SIGTERM cancels by itself what has not ended after five seconds, and exits 143', async () => {
    const { child, ended } = await start('polite');

    child.kill('SIGTERM');
    const { code, stderr } = await ended;

    expect(stderr).toContain('SIGTERM: no new items; 2 running are cancelled in 5 s');
    expect(stderr).toContain('0 done, 2 cancelled in ');
    expect(code).toBe(143);
  });

  test('waiting for input does not hold a drain up', async () => {
    const { child, ended, seen } = greenpool.start(['wait.mjs#short']);
    child.stdin?.write('a line');
    child.stdin?.write('\nand the half of another');
    await seen('stderr', /started/);

    child.kill('SIGINT');

    expect(await ended).toMatchObject({ code: 75, stdout: '"a line"\n' });
  });
});
