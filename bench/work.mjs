// The work that every contender gets: as little as can be, so that what is measured is the library.

export const task = async (item) => item;

/** What a run over the items 0 to count - 1 must sum up to. */
export const sumBelow = (count) => (count * (count - 1)) / 2;

export function* itemsBelow(count) {
  for (let i = 0; i < count; i += 1) yield i;
}

/** Awaits each in turn. The sum is read after the await: `sum += await promise` would read it before. */
export async function sumOf(promises) {
  let sum = 0;
  for (const promise of promises) {
    const value = await promise;
    sum += value;
  }
  return sum;
}

/** Queues `batch` calls at once, again and again, and sums up what they come to. */
export async function queueBatches(call, total, batch) {
  let sum = 0;
  for (let first = 0; first < total; first += batch) {
    const promises = [];
    const end = Math.min(first + batch, total);
    for (let i = first; i < end; i += 1) promises.push(call(i));
    const part = await sumOf(promises);
    sum += part;
  }
  return sum;
}
