// Tasks that fail in every way there is.
import { readFileSync } from 'node:fs';
import { defineTasks, Queue, Timeout } from 'greenpool';
import { noteBegin, OrderError } from './tasks.ts';

const builtIn = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

export const failures = defineTasks(import.meta.url, {
  builtIn(type: keyof typeof builtIn): never {
    throw new builtIn[type]('broken', { cause: 'a cause' });
  },
  order(): never {
    throw new OrderError('no such order', 7, { cause: new TypeError('inner') });
  },
  async rejectLater(): Promise<never> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    throw new RangeError('later');
  },
  aggregate(): never {
    const twice = new OrderError('twice', 2);
    throw new AggregateError([new TypeError('first'), twice, twice], 'several', { cause: () => 1 });
  },
  domException(): never {
    throw new DOMException('gone', 'NotFoundError');
  },
  circular(): never {
    const error = new Error('outer');
    error.cause = new Error('inner', { cause: error });
    throw error;
  },
  system: (path: string): string => readFileSync(path, 'utf8'),
  timeout(): never {
    throw new Timeout(5, 'a look-up');
  },
  full(): void {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    queue.putNowait(2);
  },
  withFunction(): never {
    throw Object.assign(new Error('holds a function'), {
      code: 'E_HELD',
      held: () => 1,
      list: [1, { two: 2 }],
    });
  },
  proxy(): never {
    const refuse = (): never => {
      throw new Error('do not look');
    };
    throw new Proxy(new Error('hidden'), {
      get: refuse,
      getPrototypeOf: refuse,
      has: refuse,
      ownKeys: refuse,
    });
  },
  functionItself(): never {
    throw () => 1;
  },
  symbol(): never {
    throw Symbol('thrown');
  },
  promise: (): Promise<never> => Promise.reject(undefined),
  resultWithFunction: (): object => ({ held: () => 1 }),

  /** Ends its thread, the first time. */
  exitOnce(flags: Int32Array): number {
    noteBegin(flags, 0);
    if (Atomics.load(flags, 0) === 1) process.exit(3);
    return Atomics.load(flags, 0);
  },
  async uncaught(): Promise<never> {
    setTimeout(() => {
      throw new RangeError('in a timer');
    }, 1);
    return new Promise(() => {});
  },
  async unhandled(): Promise<never> {
    void Promise.reject(new RangeError('in a promise'));
    return new Promise(() => {});
  },
  outOfMemory(): never {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array<number>(10_000).fill(hoard.length));
  },
  /** Returns, and ends the thread later. */
  leaveBomb(flags: Int32Array): string {
    setTimeout(() => {
      noteBegin(flags, 0);
      process.exit(5);
    }, 5);
    return 'left';
  },
});
