// Tasks that examples in the documentation spawn without defining them. In a module of their own, since each thread loads it.
import { defineTasks } from 'greenpool';

export const { square, countTo } = defineTasks(import.meta.url, {
  square: (n: number): number => n * n,
  *countTo(end: number): Generator<number> {
    for (let n = 1; n <= end; n += 1) yield n;
  },
});
