import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  'facts.mjs': `import { isMainThread, threadId } from 'node:worker_threads';
    export default (item, ctx) => ({ item, isMainThread, id: ctx.id, attempt: ctx.attempt, key: ctx.key ?? null, slot: ctx.slot });`,
  'context.mjs': `export default (item, { log, progress, skip }) => {
      progress(0.5);
      if (item === 'skip') skip('not today');
      log('seen', { item });
      console.log('printed', item);
      return item;
    };`,
  'results.mjs': `export default (item) => ({
      date: () => new Date(0),
      class: () => new (class { toJSON() { return 'own form'; } })(),
      map: () => new Map([[1, 2]]),
      function: () => () => 1,
      nothing: () => undefined,
      text: () => 'plain text',
    })[item]();`,
  'trouble.mjs': `const class_ = class OrderError extends RangeError { name = 'OrderError'; code = 'E_ORDER'; };
    export default (item) => ({
      error: () => { throw new class_('no such order', { cause: new Error('inner') }); },
      exit: () => process.exit(3),
      loop: () => { for (;;); },
      fine: () => 'fine',
    })[item]();`,
  'late.mjs': `import { isMainThread } from 'node:worker_threads';
    export default async (item, { signal }) => {
      if (item === 'crash') { setTimeout(() => { throw new Error('left behind'); }); return 'left'; }
      await new Promise((resolve) => setTimeout(resolve, 200));
      return item;
    };`,
  'patient.mjs': `import { appendFileSync } from 'node:fs';
    export default (item, { signal }) => new Promise((resolve, reject) => {
      console.log('started', item);
      signal.addEventListener('abort', () => {
        appendFileSync('aborted.txt', item + '\\n');
        reject(signal.reason);
      });
    });`,
  'again.mjs': `import { appendFileSync, existsSync } from 'node:fs';
    export default (item, { attempt }) => {
      if (attempt === 1) throw Object.assign(new Error('too soon'), {
        response: { headers: new Headers({ 'retry-after': '0' }), close() {} },
      });
      return { item, attempt };
    };`,
  'typed.ts': `enum Color { Red = 'red' }
    export function paint(item: string): string { return item + ' ' + Color.Red; }`,
});

describe('greenpool run --threads', () => {
  test('calls the function in other threads, with its context', async () => {
    const { code, stdout } = await greenpool.run([
      'facts.mjs',
      '--threads',
      '-k',
      '--per',
      'host=1',
      ':::',
      'https://a.example',
      'https://b.example',
    ]);

    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { item: 'https://a.example', isMainThread: false, id: 1, attempt: 1, key: 'a.example' },
      { item: 'https://b.example', isMainThread: false, id: 2, attempt: 1, key: 'b.example' },
    ]);
  });

  test('prints what the function logs and prints, and leaves out what it skips', async () => {
    const { code, stdout, stderr } = await greenpool.run(['context.mjs', '--threads', ':::', 'a', 'skip']);

    expect(code).toBe(0);
    expect(stdout).toBe('"a"\n');
    expect(stderr).toContain("seen { item: 'a' }");
    expect(stderr).toContain('printed a');
    expect(stderr).toContain('1 skipped (1 not today)');
  });

  test('writes results as without threads', async () => {
    const args = [
      'results.mjs',
      '--envelope',
      '-k',
      ':::',
      'date',
      'class',
      'map',
      'function',
      'nothing',
      'text',
    ];
    const withoutTimes = (text: string): string => text.replace(/"ms":[\d.]+/g, '');

    const here = await greenpool.run(args);
    const there = await greenpool.run(['--threads', ...args]);

    expect(withoutTimes(there.stdout)).toBe(withoutTimes(here.stdout));
    expect(there.code).toBe(here.code);
  });

  test('fails an item whose function throws, ends its thread or never ends, and goes on', async () => {
    const limits = ['--timeout', '2s', '--grace', '100ms'];
    const { code, stdout, stderr } = await greenpool.run([
      'trouble.mjs',
      '--workers',
      '2',
      '--envelope',
      '-k',
      ...limits,
      ':::',
      'error',
      'exit',
      'loop',
      'fine',
    ]);

    expect(code).toBe(1);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { status: 'failed', error: { name: 'OrderError', message: 'no such order', code: 'E_ORDER' } },
      {
        status: 'failed',
        error: { code: 'ERR_WORKER_LOST', message: expect.stringContaining('exit code 3') },
      },
      { status: 'failed', error: { code: 'ERR_TIMEOUT' } },
      { status: 'done', result: 'fine' },
    ]);
    expect(stderr).toContain('OrderError [E_ORDER]: no such order (inner)');
  });

  test('tries again when the error says so, though what has told it stays in the thread', async () => {
    const { code, stdout } = await greenpool.run([
      'again.mjs',
      '--threads',
      '-r',
      '1',
      '--backoff',
      '1h',
      ':::',
      'a',
    ]);

    expect([code, stdout]).toEqual([0, '{"item":"a","attempt":2}\n']);
  });

  test('ends at an error that belongs to no item', async () => {
    const { code, stderr } = await greenpool.run([
      'late.mjs',
      '--workers',
      '1',
      '-j',
      '1',
      ':::',
      'crash',
      'a',
      'b',
    ]);

    expect([70, 1]).toContain(code);
    expect(stderr).toContain('left behind');
  });

  test('hands a cancellation on to the function', async () => {
    const running = greenpool.start(['patient.mjs', '--workers', '2', ':::', 'a', 'b', 'c']);
    await running.seen('stderr', /started a/);
    await running.seen('stderr', /started b/);
    running.child.kill('SIGINT');
    await running.seen('stderr', /ctrl-C/);
    running.child.kill('SIGINT');
    const { code } = await running.ended;

    expect(code).toBe(130);
    expect(readFileSync(greenpool.path('aborted.txt'), 'utf8').split('\n').sort()).toEqual(['', 'a', 'b']);
  });

  test('runs TypeScript that needs a compiler', async () => {
    const { code, stdout } = await greenpool.run([
      'typed.ts#paint',
      '--workers',
      '1',
      '--to',
      'lines',
      ':::',
      'rose',
    ]);

    expect([code, stdout]).toEqual([0, 'rose red\n']);
  });

  test('loads nothing into threads when the module is wrong', async () => {
    const { code, stderr } = await greenpool.run(['typed.ts#missing', '--threads', ':::', 'a']);

    expect(code).toBe(2);
    expect(stderr).toContain('typed.ts has no export missing');
    expect(existsSync(greenpool.path('missing'))).toBe(false);
  });

  test('takes a number of workers of 1 or more', async () => {
    const { code, stderr } = await greenpool.run(['facts.mjs', '--workers', '0', ':::', 'a']);

    expect(code).toBe(2);
    expect(stderr).toContain('--workers');
  });
});
