import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  // Each command tells its number and that of its child; the words before say what both do with TERM.
  'polite.sh': 'sleep 60 & echo "pids $$ $!"; wait\n',
  'deaf.sh': 'trap "" TERM; (sleep 60; sleep 60) & echo "pids $$ $!"; wait; wait; sleep 60\n',
  'deaf-child.sh': '(trap "" TERM; sleep 60; sleep 60) & echo "pids $$ $!"; wait\n',
  'tidy.sh': 'trap "echo tidied; exit 0" TERM; echo "pids $$ $$"; while :; do sleep 0.02; done\n',
  'until.sh': 'echo "pids $$ $$"; while ! [ -e "$0.go-$1" ]; do sleep 0.02; done; echo "end $1"\n',
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

// Who was killed stays listed until its new parent has taken note of it.
const expectGone = (pids: readonly number[]) =>
  expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);

const started: number[] = [];
// A test that failed leaves nothing running either.
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

const start = async (script: string, options: readonly string[] = []) => {
  const words = [
    'exec',
    '-j',
    '2',
    '--line-buffer',
    ...options,
    '--',
    'sh',
    script,
    '{}',
    ':::',
    'a',
    'b',
    'c',
  ];
  const running = greenpool.start(words);
  await running.seen('stdout', /pids(.*\n)+pids .*\n/);
  const pids = async (): Promise<number[]> => {
    const numbers =
      (await running.ended).stdout
        .match(/^pids .*$/gm)
        ?.join(' ')
        .match(/\d+/g) ?? [];
    started.push(...numbers.map(Number));
    return started;
  };
  return { ...running, pids };
};

describe.runIf(process.platform !== 'win32')('greenpool exec, stopped by a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('one %s lets what runs end, and exits 75', async (signal) => {
    const { child, ended, seen } = await start('until.sh');

    child.kill(signal);
    await seen('stderr', /no new items/);
    await greenpool.run(['exec', '-q', '--', 'touch', 'until.sh.go-{}', ':::', 'a', 'b']);
    const { code, stdout, stderr } = await ended;
    await greenpool.run(['exec', '-q', '--', 'rm', 'until.sh.go-{}', ':::', 'a', 'b']);

    expect(stdout.match(/end ./g)?.sort()).toEqual(['end a', 'end b']);
    expect(stderr).toContain('2 done in ');
    expect(code).toBe(75);
  });

  test.each([
    ['polite.sh', []],
    ['deaf.sh', ['--grace', '200ms']],
    ['deaf-child.sh', ['--grace', '200ms']],
  ])('a second ctrl-C ends %s and its children, and exits 130', async (script, options) => {
    const { child, ended, seen, pids } = await start(script, options);

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    const { code, stderr } = await ended;

    expect(stderr).toContain('0 done, 2 cancelled in ');
    expect(code).toBe(130);
    await expectGone(await pids());
  });

  test('a command that tidies up within the grace has ended well, and its output counts', async () => {
    const { child, ended, seen } = await start('tidy.sh');

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;

    expect(stdout.match(/tidied/g)).toHaveLength(2);
    expect(stderr).toContain('2 done in ');
    expect(code).toBe(130);
  });

  test('a third ctrl-C leaves at once and takes the commands with it', async () => {
    const { child, ended, seen, pids } = await start('deaf.sh', ['--grace', '1h']);

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    await seen('stderr', /once more leaves/);
    child.kill('SIGINT');
    const { code, stderr } = await ended;

    expect(stderr).not.toContain('cancelled in');
    expect(code).toBe(130);
    await expectGone(await pids());
  });

  test('SIGTERM cancels by itself after five seconds, and exits 143', async () => {
    const { child, ended, pids } = await start('deaf.sh', ['--grace', '100ms']);

    child.kill('SIGTERM');
    const { code } = await ended;

    expect(code).toBe(143);
    await expectGone(await pids());
  });

  test.each([
    ['a second', 2, ''],
    ['a second', 2, 'trap "" TERM;'],
    ['a third', 3, 'trap "" TERM;'],
  ])('%s ctrl-C also ends grouped commands (%i times, %j)', async (_name, times, trap) => {
    const name = `pids-${times}-${trap.length}`;
    // Not the first of its slot, and with its numbers in a file: its output would come when it has ended.
    const line = `${trap} [ "$1" = a ] || { (sleep 60; sleep 60) & echo "$$ $!" > ${name}.new; mv ${name}.new ${name}; wait; wait; }`;
    const grace = times === 3 ? '1h' : '200ms';
    const { child, ended, seen } = greenpool.start([
      'exec',
      '-j',
      '1',
      '--grace',
      grace,
      '--shell',
      line,
      ':::',
      'a',
      'b',
      'c',
    ]);
    await expect.poll(() => existsSync(greenpool.path(name)), { timeout: 10_000 }).toBe(true);
    started.push(...(readFileSync(greenpool.path(name), 'utf8').match(/\d+/g) ?? []).map(Number));

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    if (times === 3) {
      await seen('stderr', /once more leaves/);
      child.kill('SIGINT');
    }

    expect((await ended).code).toBe(130);
    expect(started).toHaveLength(2);
    await expectGone(started);
  });

  test('a reader that goes away ends the commands that still run, and their children', async () => {
    const line = 'sleep 60 & echo "pids $$ $!"; while :; do echo more; sleep 0.01; done';
    const { child, ended, seen } = greenpool.start([
      'exec',
      '-j',
      '2',
      '--line-buffer',
      '--shell',
      line,
      ':::',
      'a',
      'b',
    ]);
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    await seen('stdout', /pids(.*\n)+pids .*\n/);
    started.push(...(text.match(/\d+/g) ?? []).map(Number));

    child.stdout?.destroy();

    expect((await ended).code).toBe(141);
    expect(started).toHaveLength(4);
    await expectGone(started);
  });
});
