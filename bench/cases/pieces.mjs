// What do the pieces cost that a task is made of: promises, reactions, contexts, looks at the clock, objects that are kept?
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { OFF, ON } from '../contenders/greenpool.mjs';
import { task } from '../work.mjs';

const settled = Promise.resolve();
const ignore = () => {};

/** `repeat(count)` does the piece so many times. With `context` on, an AsyncLocalStorage is in use, as with a pool's default. */
function piece(name, repeat, context = OFF) {
  return {
    name: `${name}, ${context}`,
    role: 'record',
    open() {
      const storage = new AsyncLocalStorage();
      if (context === ON) storage.run({}, ignore);
      return {
        async run(count) {
          await repeat(count, storage);
          return count;
        },
      };
    },
  };
}

let resolveLast = ignore;
const keepResolve = (resolve) => {
  resolveLast = resolve;
};

class Kept {
  a;
  b;
  c;
  d;
  e;
  f;
  g;
  h;
  i;
  j;
  k;
  l;
  m;

  constructor(id) {
    this.id = id;
  }
}

const both = (name, repeat) => [piece(name, repeat, OFF), piece(name, repeat, ON)];

export default {
  title: 'the pieces of a task',
  count: 2_000_000,
  expected: (count) => count,
  contenders: [
    ...both('await of a settled promise', async (count) => {
      for (let i = 0; i < count; i += 1) await settled;
    }),
    ...both('then, and an await', async (count) => {
      for (let i = 0; i < count; i += 1) {
        void settled.then(ignore);
        await settled;
      }
    }),
    ...both('async call and its await', async (count) => {
      for (let i = 0; i < count; i += 1) await task(i);
    }),
    ...both('async call with then, and an await', async (count) => {
      for (let i = 0; i < count; i += 1) {
        void task(i).then(ignore, ignore);
        await settled;
      }
    }),
    ...both('promise with a resolver', (count) => {
      for (let i = 0; i < count; i += 1) {
        void new Promise(keepResolve);
        resolveLast(undefined);
      }
    }),
    ...both('AsyncResource', (count) => {
      for (let i = 0; i < count; i += 1) new AsyncResource('bench');
    }),
    ...both('call in an AsyncResource', (count) => {
      const resource = new AsyncResource('bench');
      for (let i = 0; i < count; i += 1) resource.runInAsyncScope(ignore);
    }),
    piece(
      'then with enterWith, and an await',
      async (count, storage) => {
        const store = {};
        const enter = () => storage.enterWith(store);
        for (let i = 0; i < count; i += 1) {
          void settled.then(enter);
          await settled;
        }
      },
      ON,
    ),
    piece(
      'getStore',
      (count, storage) => {
        for (let i = 0; i < count; i += 1) storage.getStore();
      },
      ON,
    ),
    piece('look at the clock', (count) => {
      for (let i = 0; i < count; i += 1) performance.now();
    }),
    piece('kept object, 14 fields, and an await', async (count) => {
      const kept = [];
      for (let i = 0; i < count; i += 1) {
        kept.push(new Kept(i));
        await settled;
      }
    }),
  ],
  bars: [],
};
