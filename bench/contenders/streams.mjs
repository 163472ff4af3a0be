// Peers that map a stream: `open(task, slots)` resolves with `map(iterable)`, an async iterable of results.

export const openStreams = {
  pMapIterable: async (task, slots) => {
    const { pMapIterable } = await import('p-map');
    return (items) => pMapIterable(items, task, { concurrency: slots });
  },
  'streaming-iterables transform': async (task, slots) => {
    const { transform } = await import('streaming-iterables');
    return (items) => transform(slots, task, items);
  },
  'streaming-iterables parallelMap': async (task, slots) => {
    const { parallelMap } = await import('streaming-iterables');
    return (items) => parallelMap(slots, task, items);
  },
  'Readable.map': async (task, slots) => {
    const { Readable } = await import('node:stream');
    return (items) => Readable.from(items).map(task, { concurrency: slots });
  },
};
