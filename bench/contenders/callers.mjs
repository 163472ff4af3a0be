// Peers that take one call at a time and give a promise of its result: `open(task, slots)` resolves with `call(item)`.
// Each is used as its own documentation shows for a stream of like calls.

export const callers = {
  throat: async (task, slots) => {
    const { default: throat } = await import('throat');
    const run = throat(slots);
    return (item) => run(task, item);
  },
  'fastq promise': async (task, slots) => {
    const { default: fastq } = await import('fastq');
    const queue = fastq.promise(task, slots);
    return (item) => queue.push(item);
  },
  'async.queue': async (task, slots) => {
    const { queue: openQueue } = await import('async');
    const queue = openQueue(task, slots);
    return (item) => queue.push(item);
  },
  'p-limit': async (task, slots) => {
    const { default: pLimit } = await import('p-limit');
    const limit = pLimit(slots);
    return (item) => limit(task, item);
  },
  'p-queue': async (task, slots) => {
    const { default: PQueue } = await import('p-queue');
    const queue = new PQueue({ concurrency: slots });
    return (item) => queue.add(() => task(item));
  },
  'plimit-lit': async (task, slots) => {
    const { pLimit } = await import('plimit-lit');
    const limit = pLimit(slots);
    return (item) => limit(task, item);
  },
  bottleneck: async (task, slots) => {
    const { default: Bottleneck } = await import('bottleneck');
    const limiter = new Bottleneck({ maxConcurrent: slots });
    return (item) => limiter.schedule(task, item);
  },
};

/** fastq with callbacks gives no promise: `push(item, done)`, where `done` is one function for all calls. */
export async function openFastqCallback(task, slots) {
  const { default: fastq } = await import('fastq');
  const queue = fastq((item, done) => {
    task(item).then((value) => done(null, value), done);
  }, slots);
  return (item, done) => queue.push(item, done);
}
