import { afterEach, describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection } from '../../support/rejection.ts';
import { haveBegun } from '../pool-contract/stage.ts';
import { bodies, failures, greenpool, OrderError, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

/** What a task fails with. */
const failure = (fn: () => unknown): Promise<Error> => rejection(makePool(1).run(fn)) as Promise<Error>;

describe('an error that a task throws', () => {
  test.each([EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])(
    'of the built-in class %o is one of that class here',
    async (type) => {
      const error = await rejection(makePool(1).run(failures.builtIn, type.name as 'TypeError'));

      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ name: type.name, message: 'broken', cause: 'a cause' });
      expect(Object.keys(error as Error)).toEqual([]);
    },
  );

  test("of a user's class is one of its built-in class, with its name, code, data, stack and cause", async () => {
    const error = await failure(failures.order);

    expect(error).toBeInstanceOf(RangeError);
    expect(error).not.toBeInstanceOf(OrderError);
    expect(error).toMatchObject({
      name: 'OrderError',
      message: 'no such order',
      code: 'E_ORDER',
      order: { id: 7 },
    });
    expect(error.stack).toMatch(/^OrderError: no such order\n(.*\n)*.*failures\.js/);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: 'inner' });
  });

  test('of an async task crosses, too', async () => {
    const error = await failure(failures.rejectLater);

    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('later');
  });

  test('of greenpool is one of its class, with its code and data', async () => {
    const timeout = await failure(failures.timeout);
    const full = await failure(failures.full);

    expect(timeout).toBeInstanceOf(greenpool.Timeout);
    expect(timeout).toMatchObject({ name: 'Timeout', code: 'ERR_TIMEOUT', ms: 5 });
    expect(full).toBeInstanceOf(greenpool.Full);
    expect(full).toMatchObject({ code: 'ERR_QUEUE_FULL' });
  });

  test('that is an AggregateError holds its errors, the same one twice, whatever its cause', async () => {
    const error = (await failure(failures.aggregate)) as AggregateError;

    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toBe('several');
    expect(error.errors).toMatchObject([{ message: 'first' }, { name: 'OrderError', code: 'E_ORDER' }, {}]);
    expect(error.errors[0]).toBeInstanceOf(TypeError);
    expect(error.errors[2]).toBe(error.errors[1]);
    expect(error.cause).toMatchObject({ name: 'TypeError' });
  });

  test('that is a DOMException is one here', async () => {
    const error = await failure(failures.domException);

    expect(error).toBeInstanceOf(DOMException);
    expect(error).toMatchObject({ name: 'NotFoundError', message: 'gone', code: 8 });
  });

  test('whose causes go in a circle keeps the circle', async () => {
    const error = await failure(failures.circular);

    expect(error.message).toBe('outer');
    expect(error.cause).toMatchObject({ message: 'inner' });
    expect((error.cause as Error).cause).toBe(error);
  });

  test('of the system keeps its code, errno and path', async () => {
    const error = await rejection(makePool(1).run(failures.system, '/nowhere/at/all'));

    expect(error).toMatchObject({ code: 'ENOENT', errno: -2, syscall: 'open', path: '/nowhere/at/all' });
  });

  test('keeps what can be copied, and tells of the rest', async () => {
    const error = await failure(failures.withFunction);

    expect(error).toMatchObject({
      message: 'holds a function',
      code: 'E_HELD',
      held: '[Function: held]',
      list: [1, { two: 2 }],
    });
  });
});

describe('something else that a task throws', () => {
  test.each([['text'], [42], [undefined], [null], [{ a: [1] }]])('%j crosses as it is', async (value) => {
    expect(await rejection(makePool(1).run(tasks.throwValue, value))).toEqual(value);
  });

  test('that cannot be copied is a TypeError that shows it', async () => {
    const thrown = await failure(failures.functionItself);
    const symbol = await failure(failures.symbol);

    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(/cannot be copied: \[Function/);
    expect(symbol).toBeInstanceOf(TypeError);
    expect(symbol.message).toMatch(/Symbol\(thrown\)/);
  });

  test('that throws when it is looked at is a TypeError', async () => {
    const pool = makePool(1);
    const where = await pool.run(bodies.where);

    expect(await rejection(pool.run(failures.proxy))).toBeInstanceOf(TypeError);

    expect(await pool.run(bodies.where)).toBe(where);
  });

  test('undefined, as a rejection, stays undefined', async () => {
    expect(await failure(failures.promise)).toBe(undefined);
  });
});

describe('what cannot be copied', () => {
  test('as an argument is a TypeError that names the task, and kills nothing', async () => {
    const pool = makePool(1);
    const where = await pool.run(bodies.where);

    const error = await rejection(pool.run(tasks.echo, () => 1));

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining('echo') });
    expect(await pool.run(tasks.echo, 'goes on')).toBe('goes on');
    expect(await pool.run(bodies.where)).toBe(where);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('as the argument of the first call of all is, too', async () => {
    const pool = makePool(1);

    expect(await rejection(pool.run(tasks.echo, Symbol('no')))).toBeInstanceOf(TypeError);
    expect(await pool.run(tasks.echo, 1)).toBe(1);
  });

  test('as a result is a TypeError that names the task, and kills nothing', async () => {
    const pool = makePool(1);
    const where = await pool.run(bodies.where);

    for (const [fn, name] of [
      [tasks.returnFunction, 'returnFunction'],
      [failures.resultWithFunction, 'resultWithFunction'],
    ] as const) {
      const error = await rejection(pool.run(fn));
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ message: expect.stringContaining(name) });
    }
    expect(await pool.run(bodies.where)).toBe(where);
  });

  test('as one result among others that share its message leaves them alone', async () => {
    const pool = makePool(1);
    for (let n = 0; n < 20; n += 1) await pool.run(tasks.echo, n);

    const calls = [
      pool.run(tasks.echo, 1),
      rejection(pool.run(tasks.returnFunction)),
      pool.run(tasks.echo, 2),
      rejection(pool.run(tasks.fail, 'three')),
      rejection(pool.run(tasks.returnFunction)),
      pool.run(tasks.echo, 4),
    ];

    const results = await Promise.all(calls);
    expect(results).toMatchObject([
      1,
      { name: 'TypeError' },
      2,
      { message: 'three' },
      { name: 'TypeError' },
      4,
    ]);
  });

  test('in the arguments of one call does no harm to a call in another thread', async () => {
    const pool = makePool(2);
    const flags = makeFlags();
    const other = pool.run(tasks.stage, flags, 1);
    await haveBegun(flags, 1);

    expect(await rejection(pool.run(tasks.echo, () => 1))).toBeInstanceOf(TypeError);

    Atomics.store(flags, 1, 1);
    expect(await other).toBe(1);
  });
});

describe('what a task throws after its kill', () => {
  const { errors, onError } = reports();
  afterEach(() => {
    errors.length = 0;
  });

  test('goes to onError, if it is not the reason', async () => {
    const pool = makePool(1, { onError, grace: 60_000 });
    const flags = makeFlags();
    const thread = await pool.spawn(bodies.throwOther, flags);
    await haveBegun(flags, 1);

    await thread.kill();

    expect(await rejection(thread.wait())).toMatchObject({ code: 'ERR_KILLED' });
    expect(errors).toMatchObject([{ message: 'something else' }]);
    expect(errors[0]).toBeInstanceOf(RangeError);
  });

  test('is not told of when it is the reason', async () => {
    const pool = makePool(1, { onError, grace: 60_000 });
    const flags = makeFlags();
    const thread = await pool.spawn(tasks.untilAborted, flags);
    await haveBegun(flags, 1);

    await thread.kill(Object.assign(new RangeError('why'), { code: 'E_WHY' }));

    expect(errors).toEqual([]);
  });
});
