import { describe, expect, test } from 'vitest';
import { Fifo } from '../../../src/primitives/fifo.ts';
import { Heap } from '../../../src/primitives/heap.ts';
import { thrown } from './support.ts';

function drain<T>(store: { readonly length: number; shift(): T | undefined }): (T | undefined)[] {
  const items: (T | undefined)[] = [];
  while (store.length > 0) items.push(store.shift());
  return items;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('Fifo', () => {
  test.each([0, 1, 1023, 1024, 1025, 5000])('gives %s items back in order', (count) => {
    const fifo = new Fifo<number>();
    for (const item of upTo(count)) fifo.push(item);

    expect(fifo.length).toBe(count);
    expect(drain(fifo)).toEqual(upTo(count));
    expect([fifo.shift(), fifo.peek(), fifo.length]).toEqual([undefined, undefined, 0]);
  });

  test('keeps its order while it grows and drains across chunks', () => {
    const fifo = new Fifo<number>();
    const out: (number | undefined)[] = [];
    let next = 0;
    for (let round = 0; round < 40; round += 1) {
      for (let count = 0; count < 300 + round; count += 1) fifo.push(next++);
      for (let count = 0; count < 290; count += 1) {
        const top = fifo.peek();
        out.push(fifo.shift() === top ? top : -1);
      }
    }

    expect([...out, ...drain(fifo)]).toEqual(upTo(next));
  });

  test('works on after it was drained at the end of a chunk', () => {
    const fifo = new Fifo<number>();
    for (let round = 0; round < 3; round += 1) {
      for (const item of upTo(1024)) fifo.push(item);
      expect(drain(fifo)).toEqual(upTo(1024));
    }
    fifo.push(7);

    expect([fifo.peek(), fifo.shift(), fifo.length]).toEqual([7, 7, 0]);
  });

  test('filter keeps the order of what stays', () => {
    const fifo = new Fifo<number>();
    for (const item of upTo(3000)) fifo.push(item);
    fifo.shift();

    fifo.filter((item) => item % 3 === 0);
    fifo.push(-1);

    expect(drain(fifo)).toEqual([...upTo(3000).filter((item) => item > 0 && item % 3 === 0), -1]);
  });

  test('lets go of what was taken out', async () => {
    const fifo = new Fifo<object>();
    const refs = upTo(10).map(() => {
      const item = {};
      fifo.push(item);
      return new WeakRef(item);
    });
    await new Promise((resolve) => setImmediate(resolve));

    for (let count = 0; count < 9; count += 1) fifo.shift();
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();

    expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(1);
    expect(fifo.length).toBe(1);
  });
});

describe('Heap', () => {
  const fruit = (heap: Heap<number>): (number | undefined)[] => upTo(heap.size).map(() => heap.pop());

  test('gives its items in order, however they came', () => {
    const items = upTo(200).map((item) => (item * 7919) % 211);
    const heap = new Heap<number>((a, b) => a - b);
    for (const item of items) heap.push(item);

    expect(heap.peek()).toBe(Math.min(...items));
    expect(fruit(heap)).toEqual(items.sort((a, b) => a - b));
    expect(heap.pop()).toBeUndefined();
  });

  test('filter keeps a heap', () => {
    const heap = new Heap<number>((a, b) => a - b);
    for (const item of [5, 3, 9, 1, 7, 2]) heap.push(item);

    heap.filter((item) => item !== 1);
    heap.push(4);

    expect(fruit(heap)).toEqual([2, 3, 4, 5, 7, 9]);
  });

  test.each(['push', 'pop'] as const)('a compare function that throws in %s changes nothing', (call) => {
    let calls = Number.POSITIVE_INFINITY;
    const heap = new Heap<number>((a, b) => {
      calls -= 1;
      if (calls === 0) throw new Error('boom');
      return a - b;
    });
    for (const item of [8, 7, 6, 5, 4, 3, 2, 1, 9]) heap.push(item);

    for (const after of [1, 2, 3]) {
      calls = after;
      expect(thrown(() => (call === 'push' ? heap.push(0) : heap.pop()))).toMatchObject({ message: 'boom' });
    }

    calls = Number.POSITIVE_INFINITY;
    expect(fruit(heap)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
