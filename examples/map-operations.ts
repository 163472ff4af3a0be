// One function over many items: results come in the order of the input, however long each one takes.
import { GreenPool, sleep } from 'greenpool';

const pool = new GreenPool(3);

async function fetchPage(url: string, ms: number): Promise<string> {
  await sleep(ms); // a network would take its time here
  return `content of ${url}`;
}

// imap reads several sources side by side: the first URL goes with the first delay, and so on. The map is lazy, so the
// sources may be endless streams: it takes a few items at a time, and a few more with each result you read.
const urls = ['/page1', '/page2', '/page3', '/page4', '/page5'];
const delays = [120, 40, 80, 40, 20];
for await (const page of pool.imap(fetchPage, urls, delays)) console.log(page);

async function fetchAs(user: string, url: string): Promise<string> {
  await sleep(40);
  return `${user} got ${url}`;
}

// starmap takes the arguments of each call as one element.
const calls: [user: string, url: string][] = [
  ['alice', '/users'],
  ['bob', '/posts'],
  ['carol', '/comments'],
];
for await (const answer of pool.starmap(fetchAs, calls)) console.log(answer);

// When the order does not matter, take each result as soon as it is there.
console.log('fastest first:');
for await (const page of pool.imapUnordered(fetchPage, urls.slice(0, 3), delays)) console.log(page);
