import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rejection, thrown } from '../../support/rejection.ts';
import { begun } from '../pool-contract/stage.ts';
import { bodies, builtRoot, greenpool, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenpool-modules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type AnyTask = (...args: unknown[]) => unknown;

/** A function whose address is `name` in a module that holds `code`, or that is not there. */
function taskIn(file: string, code: string | undefined, name = 'task'): AnyTask {
  const path = join(folder, file);
  if (code !== undefined) writeFileSync(path, code);
  const here: AnyTask = () => 'here';
  greenpool.defineTasks(pathToFileURL(path), { [name]: here });
  return here;
}

describe('a module that cannot be loaded', () => {
  test.each([
    ['a file that is missing', 'missing.mjs', undefined, { code: 'ERR_MODULE_NOT_FOUND' }],
    ['a syntax error', 'syntax.mjs', 'export const = 1;', { name: 'SyntaxError' }],
    [
      'an error at load',
      'throws.mjs',
      "throw new RangeError('at load');",
      { name: 'RangeError', message: 'at load' },
    ],
    [
      'a rejection at load',
      'rejects.mjs',
      "await Promise.reject(new TypeError('later'));",
      { message: 'later' },
    ],
    ['an import that is missing', 'imports.mjs', "import './nowhere.mjs';", { code: 'ERR_MODULE_NOT_FOUND' }],
    ['no such task', 'other.mjs', 'export const other = () => 1;', { name: 'TypeError' }],
    ['an export that is no function', 'value.mjs', 'export const task = 42;', { name: 'TypeError' }],
  ])('fails each call with the error, and the pool goes on: %s', async (_what, file, code, expected) => {
    const pool = makePool(1);
    const where = await pool.run(bodies.where);
    const task = taskIn(file, code);

    const errors = await Promise.all([1, 2, 3].map(() => rejection(pool.run(task))));

    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject(expected);
    }
    expect(await rejection(pool.stream(task as never).next())).toMatchObject(expected);
    expect(await pool.run(bodies.where)).toBe(where);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('names the task that is not there', async () => {
    const task = taskIn('none.mjs', 'export {};', 'nobody');

    expect(await rejection(makePool(1).run(task))).toMatchObject({
      message: expect.stringContaining('"nobody"'),
    });
  });

  test('does no harm to the calls that share a message with one of its tasks', async () => {
    const pool = makePool(1);
    const task = taskIn('late.mjs', undefined);
    for (let n = 0; n < 20; n += 1) await pool.run(tasks.double, n);

    const calls = [pool.run(tasks.double, 1), rejection(pool.run(task)), pool.run(tasks.double, 2)];

    expect(await Promise.all(calls)).toMatchObject([2, { code: 'ERR_MODULE_NOT_FOUND' }, 4]);
  });

  test('that ends its thread is a lost thread', async () => {
    const pool = makePool(1);
    const task = taskIn('exits.mjs', 'process.exit(6);');

    expect(await rejection(pool.run(task))).toMatchObject({ code: 'ERR_WORKER_LOST', exitCode: 6 });
    expect(await pool.run(tasks.double, 1)).toBe(2);
  });

  test('is given up by a kill while it is being loaded', async () => {
    const pool = makePool(1, { grace: 5 });
    const task = taskIn('forever.mjs', 'await new Promise((resolve) => setTimeout(resolve, 60_000));');
    const thread = await pool.spawn(task);

    await thread.kill();

    expect(thread.state).toBe('killed');
    expect(await pool.run(tasks.double, 1)).toBe(2);
  });
});

describe('a task', () => {
  test('may be a plain export that was given an address', async () => {
    const task = taskIn('plain.mjs', 'export const task = (n) => n + 1;');

    expect(await makePool(1).run(task, 1)).toBe(2);
  });

  test('is the function of the thread, and not the one here', async () => {
    const task = taskIn('there.mjs', "export const task = () => 'there';");

    expect(await makePool(1).run(task)).toBe('there');
  });

  test('may be in a file of TypeScript', async () => {
    const index = join(builtRoot, 'dist/index.js');
    const code = `import { defineTasks } from ${JSON.stringify(index)};
      export const { task } = defineTasks(import.meta.url, {
        task: (n: number): string => \`\${n satisfies number}\` as string,
      });`;

    expect(await makePool(1).run(taskIn('typed.ts', code), 5)).toBe('5');
  });

  test('stays a function that may be called here', () => {
    expect(tasks.add(1, 2)).toBe(3);
  });
});

describe('a function that is no task', () => {
  test('is a TypeError that says how to define one, and takes no slot', async () => {
    const pool = makePool(1);
    const closure = (): number => 1;
    const refusals = [
      await rejection(pool.spawn(closure)),
      await rejection(pool.spawnN(closure)),
      await rejection(pool.run(closure)),
      await rejection(new greenpool.GreenPile(pool).spawn(closure)),
      thrown(() => pool.trySpawn(closure)),
      thrown(() => pool.imap(closure, [1])),
      thrown(() => pool.starmap(closure, [[]])),
      thrown(() => pool.stream(closure as never)),
    ];

    for (const error of refusals) {
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ message: expect.stringContaining('defineTasks(import.meta.url') });
    }
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('does not begin anything', async () => {
    const pool = makePool(1);
    const flags = makeFlags();

    await rejection(pool.run(() => tasks.note(flags, 1)));

    expect(begun(flags)).toEqual([]);
  });
});
