import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask } from '../../../src/cli/control/ask.ts';
import { systemTicks } from '../../../src/cli/ticks.ts';
import { type Running, useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  // Every item says that it runs, and ends when a file of its name is there, or when it is cancelled.
  'wait.mjs': `
    import { access } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    export default async (item, { signal, slot, log }) => {
      log('started', item, 'in', slot);
      while (await access(process.env.GATES + '/' + item).then(() => false, () => true)) await sleep(5, undefined, { signal });
      return item;
    };
  `,
  'note.mjs': 'export default (item, { log }) => log("started", item, Date.now());',
});

let count = 0;

/** A user with sockets of their own. */
function useSession() {
  count += 1;
  const session = greenpool.path(`session-${count}`);
  mkdirSync(session, { mode: 0o700 });
  const env = { ...process.env, XDG_RUNTIME_DIR: session, TMPDIR: session, GATES: session };
  const folder = join(session, 'greenpool');
  const socketOf = ({ child }: Running): string => join(folder, `${child.pid}.sock`);
  return {
    session,
    env,
    folder,
    socketOf,
    run: (...words: string[]) => greenpool.run(words, '', { env }),
    ctl: (running: Running, ...words: string[]) =>
      greenpool.run(['ctl', String(running.child.pid), ...words], '', { env }),
    /** A run of the items 1 to 9 that can be reached. */
    async start(args: readonly string[]): Promise<Running> {
      const running = greenpool.start(args, { env });
      running.child.stdin?.on('error', () => {});
      running.child.stdin?.end('1\n2\n3\n4\n5\n6\n7\n8\n9\n');
      // Its socket is there a moment before anybody listens.
      const isReached = async () =>
        (await ask(socketOf(running), { do: 'status' }, systemTicks)) !== 'nobody';
      while (running.child.exitCode === null && !(await isReached())) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return running;
    },
    end: (...items: number[]) => {
      for (const item of items) writeFileSync(join(session, String(item)), '');
    },
  };
}

const all = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('greenpool ctl', () => {
  test('size changes how many run, and in which slots', async () => {
    const { start, ctl, end } = useSession();
    const running = await start(['wait.mjs', '-j', '2']);

    const grown = await ctl(running, 'size=4');
    await running.seen('stderr', /started 4 in 3\n/);
    const shrunk = await ctl(running, 'size=1');
    end(2, 3, 4, 5, 6);
    // It would start a seventh only where the first one is: slot 0 is taken, and there is no other.
    await running.seen('stderr', /started 4 in 3\n/);
    end(1);
    await running.seen('stderr', /started 7 in 0\n/);
    end(...all);
    const { code, stderr } = await running.ended;

    expect([grown, shrunk].map(({ code: status, stdout }) => [status, stdout])).toEqual([
      [0, 'size 4 (was 2)\n'],
      [0, 'size 1 (was 4)\n'],
    ]);
    expect(stderr).toContain('greenpool: ctl: size 4 (was 2)\n');
    expect([...stderr.matchAll(/started \d in (\d)/g)].map(([, slot]) => slot)).toEqual([...'012300000']);
    expect(code).toBe(0);
  });

  test('rate lets those who wait go', async () => {
    const { start, ctl } = useSession();
    const running = await start(['note.mjs', '--rate', '1/h']);

    const { stdout } = await ctl(running, 'rate=none');
    const { code, stderr } = await running.ended;

    expect(stdout).toBe('rate none (was 1/h)\n');
    expect(stderr).toContain('9 done in');
    expect(code).toBe(0);
  });

  test('rate holds those back that come after it', async () => {
    const { start, ctl, end, run } = useSession();
    const running = await start(['wait.mjs', '-j', '1']);

    await ctl(running, 'rate=1/h');
    end(...all);
    await running.seen('stderr', /started 2/);
    const { stdout } = await run('status', '--json');
    await ctl(running, 'drain');
    await running.ended;

    expect(JSON.parse(stdout)).toMatchObject([{ running: 0, done: 2, waiting: 7, rate: '1/h' }]);
  });

  test('pause keeps the run alive though nothing runs, until resume', async () => {
    const { start, ctl, end, run } = useSession();
    const running = await start(['wait.mjs', '-j', '2', '--progress', 'bar']);

    const paused = await ctl(running, 'pause');
    end(...all);
    await running.seen('stderr', /2 finished .*0 running {2}7 waiting {2}paused/);
    const { stdout: table } = await run('status');
    const resumed = await ctl(running, 'resume');
    const { code, stderr } = await running.ended;

    expect([paused.stdout, resumed.stdout]).toEqual(['paused, 2 running\n', 'not paused, 0 running\n']);
    expect(table).toMatch(/^ *\d+ {2}paused .* 2 +0 +0\/2 +7 .* greenpool wait\.mjs -j 2 --progress bar\n$/m);
    expect(stderr).toContain('9 done in');
    expect(code).toBe(0);
  });

  test.each(['drain', 'ctrl-C'])('a paused run ends by %s, and exits 75', async (how) => {
    const { start, ctl, end } = useSession();
    const running = await start(['wait.mjs', '-j', '2']);
    await ctl(running, 'pause');

    if (how === 'drain') await ctl(running, 'drain');
    else running.child.kill('SIGINT');
    end(1, 2);
    const { code, stdout, stderr } = await running.ended;

    expect(stdout.split('\n').sort()).toEqual(['', '"1"', '"2"']);
    expect(stderr).toContain('; the input from line 3 on was not started');
    expect(code).toBe(75);
  });

  test('cancel fails one item, and the run goes on', async () => {
    const { start, ctl, end } = useSession();
    const running = await start(['wait.mjs', '-j', '2', '-r', '3', '--envelope']);

    const cancelled = await ctl(running, 'cancel', '2');
    const again = await ctl(running, 'cancel', '2');
    end(...all);
    const { code, stdout, stderr } = await running.ended;

    expect([cancelled.code, cancelled.stdout]).toEqual([0, 'item 2 cancelled\n']);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/^greenpool: item 2 is not running; those that are: 1, 3\n$/);
    const lost = stdout.split('\n').find((line) => line.includes('"id":2,'));
    expect(JSON.parse(lost ?? '')).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'ERR_ITEM_CANCELLED', message: 'cancelled by greenpool ctl' },
    });
    expect(stderr).toContain('8 done, 1 failed in');
    expect(code).toBe(1);
  });

  test('cancel ends the command of an item of exec', async () => {
    const { start, ctl } = useSession();
    const running = await start(['exec', '--limit', '2', '--', 'sleep', '{}00']);
    for (const id of ['1', '2']) await ctl(running, 'cancel', id);

    const { code, stderr } = await running.ended;

    expect(stderr).toContain('0 done, 2 failed in');
    expect(code).toBe(1);
  });

  test('ctl does not wait for a run that does not answer', async () => {
    const { start, ctl, run, end } = useSession();
    const running = await start(['wait.mjs']);
    running.child.kill('SIGSTOP');

    const { code, stderr } = await ctl(running, 'pause');
    const { stdout } = await run('status');
    running.child.kill('SIGCONT');
    end(...all);
    await running.ended;

    expect(stderr).toMatch(/^greenpool: run \d+ does not answer: its function may be computing/);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ *\d+ {2}no answer /m);
  });
});

describe('greenpool status', () => {
  test('says so when there is no run', async () => {
    const { run } = useSession();

    expect(await run('status')).toEqual({ code: 0, stdout: 'no live runs\n', stderr: '' });
    expect(await run('status', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  test('tells two runs apart, and each is steered alone', async () => {
    const { start, ctl, run, end } = useSession();
    const first = await start(['wait.mjs', '-j', '1']);
    const second = await start(['wait.mjs', '-j', '2']);

    await ctl(second, 'pause');
    const both = JSON.parse((await run('status', '--json')).stdout);
    const one = await run('status', String(second.child.pid), '--json');
    end(...all);
    const ended = await first.ended;
    second.child.kill('SIGKILL');
    await second.ended;

    expect(both).toMatchObject([
      { pid: first.child.pid, state: 'running', size: 1, running: 1, command: 'greenpool wait.mjs -j 1' },
      { pid: second.child.pid, state: 'paused', size: 2, running: 2, waiting: 7 },
    ]);
    expect(JSON.parse(one.stdout)).toMatchObject([{ pid: second.child.pid }]);
    expect(ended.code).toBe(0);
  });

  test('removes the socket of a run that was killed; one that ends takes it along', async () => {
    const { start, run, ctl, end, folder, socketOf } = useSession();
    const killed = await start(['wait.mjs']);
    const ended = await start(['wait.mjs']);
    killed.child.kill('SIGKILL');
    end(...all);
    await Promise.all([killed.ended, ended.ended]);
    const left = readdirSync(folder);

    const dead = await ctl(killed, 'pause');
    const { stdout } = await run('status');

    expect(left.map((name) => join(folder, name))).toEqual([socketOf(killed)]);
    expect(dead.code).toBe(2);
    expect(stdout).toBe('no live runs\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a third ctrl-C takes the socket along, too', async () => {
    const { start, folder } = useSession();
    const running = await start(['wait.mjs', '-j', '2', '--max-time', '1h']);
    const again = setInterval(() => running.child.kill('SIGINT'), 20);
    await running.ended;
    clearInterval(again);

    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a run that is spoken to', () => {
  test.each([
    ['garbage', '\x00\xffgarbage\n'],
    ['a line without end', 'x'.repeat(50_000)],
    ['half a request', '{"v":1,"do":"dra'],
  ])('is not hurt by %s', async (_name, bytes) => {
    const { start, ctl, end, socketOf } = useSession();
    const running = await start(['wait.mjs']);

    const socket = createConnection(socketOf(running));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.write(bytes, resolve));
    const { stdout } = await ctl(running, 'size=3');
    socket.destroy();
    end(...all);
    const { code, stderr } = await running.ended;

    expect(stdout).toBe('size 3 (was 10)\n');
    expect(stderr).toContain('9 done in');
    expect(code).toBe(0);
  });

  test('listens in no folder that others can write to, and status looks for nobody there', async () => {
    const { env, session, folder, run } = useSession();
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const running = greenpool.start(['wait.mjs', ':::', '1'], { env });
    const found = async () => JSON.parse((await run('status', '--json')).stdout);

    while ((await found()).length === 0 && running.child.exitCode === null);
    writeFileSync(join(folder, '1.sock'), '');
    const { stdout } = await run('status', String(running.child.pid), '--json');
    writeFileSync(join(session, '1'), '');
    await running.ended;

    expect(JSON.parse(stdout)).toMatchObject([{ pid: running.child.pid, running: 1 }]);
    expect(readdirSync(folder)).toEqual(['1.sock']);
  });

  test('goes on where nobody can reach it, and says so only when asked to', async () => {
    const { env, session } = useSession();
    const long = join(session, 'x'.repeat(120));
    mkdirSync(long);
    writeFileSync(
      join(session, 'slow.mjs'),
      'export default () => new Promise((done) => setTimeout(done, 500));',
    );
    const unreachable = { ...env, XDG_RUNTIME_DIR: long, TMPDIR: long };
    const slow = [join(session, 'slow.mjs'), ':::', 'x'];

    const quiet = await greenpool.run(slow, '', { env: unreachable });
    const { stderr } = await greenpool.run(slow, '', { env: { ...unreachable, GREENPOOL_DEBUG: '1' } });

    expect(quiet.stderr).toMatch(/^greenpool: 1 done in .*\n$/);
    expect(stderr).toMatch(/^greenpool: ctl cannot reach this run: .*\.sock is too long for a socket;/);
  });

  test.each([
    [['ctl'], /^greenpool: no run given\nusage: /],
    [['ctl', '1'], /^greenpool: what is to become of run 1\?\nusage: /],
    [['ctl', '1', 'jump'], /^greenpool: ctl does not know "jump": it must be size=N, /],
    [['ctl', '1', 'size=0'], /^greenpool: size=0: It must be 1 or more\.\n$/],
    [['ctl', '1', 'pause'], /^greenpool: no run listens as process 1; no run of this user listens in /],
    [['ctl', 'nowhere.gpj', 'pause'], /^greenpool: nowhere\.gpj is no process id, and no journal: /],
    [['status', '1'], /^greenpool: no run listens as process 1; /],
  ])('%j exits 2', async (words, message) => {
    const { run } = useSession();

    const { code, stdout, stderr } = await run(...words);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
