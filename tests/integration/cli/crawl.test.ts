// A real use: a site of many pages, some of them troublesome, crawled with all limits, killed twice and resumed. The site
// itself says whether the limits held.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const example = resolve(import.meta.dirname, '../../../examples/crawl');
const greenpool = useGreenpool({});
const PAGES = 5000;
const PER_HOST = 6;
const RATE = 500;
// A twentieth of that on a quiet machine.
const PATIENCE = 300_000;

/** What site.mjs tells. */
interface Site {
  readonly urls: readonly string[];
  readonly log: {
    readonly starts: readonly number[];
    readonly active: ReadonlyMap<string, number>;
    readonly most: ReadonlyMap<string, number>;
    readonly answered: number;
  };
  close(): Promise<void>;
}

const OPTIONS = [
  ...['-a', 'urls.txt', '-o', 'pages.ndjson', '--failed', 'failed.txt', '-J', 'crawl.gpj', '--resume'],
  ...['-j', '40', '--per', `host=${PER_HOST}`, '--rate', `${RATE}/s`, '--timeout', '2s'],
  ...['-r', '5', '--backoff', '50ms', '--retry-on', '429,5xx,ERR_TIMEOUT,ECONNRESET', '--progress', 'none'],
];

/** Crawls to the end, or until the site has answered so often. What the rate allows in the time that it took. */
async function crawl(
  site: Site,
  until: number,
): Promise<{ code: number | null; allowed: number; starts: number }> {
  const began = performance.now();
  const before = site.log.starts.length;
  const { child, ended } = greenpool.start(['run', resolve(example, 'crawl.ts'), ...OPTIONS]);
  child.stdin?.end();
  while (child.exitCode === null && site.log.answered < until) await sleep(5);
  child.kill('SIGKILL');
  const { code } = await ended;
  const elapsed = performance.now() - began;
  // Until it has seen that its visitor is gone.
  while ([...site.log.active.values()].some((count) => count > 0)) await sleep(5);
  return { code, allowed: (RATE * elapsed) / 1000 + BURST, starts: site.log.starts.length - before };
}

// What falls due in 10 ms may start at once.
const BURST = RATE / 100;

test(
  `${PAGES} pages are fetched once each, in spite of two kills, and no limit is passed`,
  async () => {
    const { startSite } = await import(resolve(example, 'site.mjs'));
    const site: Site = await startSite(PAGES);
    writeFileSync(greenpool.path('urls.txt'), `${site.urls.join('\n')}\n`);
    const missing = site.urls.filter((_, page) => page % 200 === 13);
    const kills = [0.1 + Math.random() * 0.3, 0.5 + Math.random() * 0.4].map((share) => share * PAGES);

    const sessions = [];
    for (const until of [...kills, Number.POSITIVE_INFINITY]) sessions.push(await crawl(site, until));
    await site.close();
    const pages = readLines('pages.ndjson').map((line) => JSON.parse(line));

    expect(sessions.map(({ code }) => code)).toEqual([null, null, 1]);
    expect(pages.map(({ url }) => url).sort()).toEqual(
      site.urls.filter((url) => !missing.includes(url)).sort(),
    );
    expect(pages.every(({ url, title }) => title === `Page ${url.split('/').at(-1)}`)).toBe(true);
    expect(readLines('failed.txt').sort()).toEqual([...missing].sort());
    expect(site.log.most.size).toBeGreaterThan(1);
    for (const most of site.log.most.values()) expect(most).toBeLessThanOrEqual(PER_HOST);
    // All starts lie between the start of the process and its end, so no jitter can bring more of them in between.
    for (const { starts, allowed } of sessions) expect(starts).toBeLessThanOrEqual(allowed);
    process.stdout.write(`${kills.map(Math.round)} answers before the kills; ${describe(site, sessions)}\n`);
  },
  PATIENCE,
);

function describe({ log }: Site, sessions: readonly { starts: number; allowed: number }[]): string {
  const most = [...log.most].map(([host, count]) => `${host} ${count}`).join(', ');
  const rates = sessions.map(({ starts, allowed }) => `${starts} of ${Math.floor(allowed)}`).join(', ');
  return `requests and what the rate allowed: ${rates}; most at a time: ${most}`;
}

function readLines(name: string): string[] {
  return readFileSync(greenpool.path(name), 'utf8').split('\n').slice(0, -1);
}
