// Five sources asked at once, each answer dealt with as soon as it is there: the slow ones keep nobody waiting.
import { GreenPile, sleep } from 'greenpool';

const sources = { database: 180, api: 300, cache: 60, file: 120, network: 240 };

async function fetchFrom(source: string, ms: number): Promise<string> {
  await sleep(ms);
  return `${source} (after ${ms} ms)`;
}

const pile = new GreenPile<string>(10);
for (const [source, ms] of Object.entries(sources)) await pile.spawn(fetchFrom, source, ms);
console.log(`asked ${pile.length} sources`);

// The loop ends when nothing is outstanding.
for await (const answer of pile) console.log(`received ${answer}, ${pile.length} to come`);

// The pile can be filled again. With { order: 'spawn' } for the second argument it would keep the order of the spawns.
await pile.spawn(fetchFrom, 'archive', 20);
console.log(`received ${(await pile.toArray()).join()}`);
