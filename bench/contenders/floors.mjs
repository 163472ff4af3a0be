// The floors: the least work that does the same job by hand, with nothing that a library owes its callers.

class Handle {
  constructor() {
    this.value = undefined;
    this.pending = undefined;
  }
}

async function fill(handle, task, item) {
  handle.value = await task(item);
}

/** F1: a ring of pending calls, one result object a call; when it is full, the oldest call ends before the next begins. */
export async function handleFloor(task, slots, count) {
  const kept = [];
  for (let i = 0; i < count; i += 1) {
    if (i >= slots) await kept[i - slots].pending;
    const handle = new Handle();
    handle.pending = fill(handle, task, i);
    kept.push(handle);
  }
  for (let i = Math.max(0, count - slots); i < count; i += 1) await kept[i].pending;
  let sum = 0;
  for (const handle of kept) sum += handle.value;
  return sum;
}

/** F2: loops over one shared array index, each result put in its place. */
export async function loopsFloor(task, slots, items) {
  const results = new Array(items.length);
  let next = 0;
  async function loop() {
    while (next < items.length) {
      const place = next;
      next += 1;
      results[place] = await task(items[place]);
    }
  }
  await Promise.all(Array.from({ length: slots }, loop));
  return results;
}

/** F3: loops over one shared iterator, each result given to a sink and forgotten. */
export async function sinkFloor(task, slots, iterable, sink) {
  const iterator = iterable[Symbol.iterator]();
  async function loop() {
    for (let step = iterator.next(); !step.done; step = iterator.next()) sink(await task(step.value));
  }
  await Promise.all(Array.from({ length: slots }, loop));
}
