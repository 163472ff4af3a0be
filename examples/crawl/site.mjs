// A site on this machine to try crawl.ts on: `node examples/crawl/site.mjs > urls.txt`, and ctrl-C ends it. Most pages are
// quick. Some are slow, some fail or hang when they are asked for the first time, some ask for a second of rest, and some
// are not there.
import { createServer } from 'node:http';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// All of them are this machine.
const HOSTS =
  process.platform === 'linux' ? ['127.0.0.1', '127.0.0.2', 'localhost'] : ['127.0.0.1', 'localhost'];

/** Starts a site; `log` is what it saw: requests, those being answered by host, and the most of them at a time. */
export async function startSite(pages) {
  const log = { starts: [], active: new Map(), most: new Map(), answered: 0 };
  const visits = new Map();
  const server = createServer(async (request, response) => {
    const { host } = request.headers;
    const page = Number(/^\/page\/(\d+)$/.exec(request.url)?.[1]);
    const visit = (visits.get(page) ?? 0) + 1;
    visits.set(page, visit);
    log.starts.push(performance.now());
    const leave = enter(log, host);
    // Whoever goes away before he has his answer is served no more.
    response.on('close', leave);
    const { status, body = '', headers, wait } = answer(page, visit);
    await sleep(wait);
    if (status === undefined) return;
    leave();
    log.answered += 1;
    response.writeHead(status, headers).end(body);
  });
  await new Promise((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address();
  const urls = Array.from({ length: pages }, (_, n) => `http://${HOSTS[n % HOSTS.length]}:${port}/page/${n}`);
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { urls, log, close };
}

/** Counts a request as being answered, from now until what is returned is called. */
function enter({ active, most }, host) {
  let isHere = true;
  let isCounted = false;
  // The end of a connection before this one may be told a turn later than the beginning of this one.
  void turn()
    .then(() => turn())
    .then(() => {
      if (!isHere) return;
      isCounted = true;
      const count = (active.get(host) ?? 0) + 1;
      active.set(host, count);
      most.set(host, Math.max(count, most.get(host) ?? 0));
    });
  return () => {
    if (isCounted) active.set(host, active.get(host) - 1);
    isHere = isCounted = false;
  };
}

/** What page number `page` answers to its visitor number `visit`; without a status it never does. */
function answer(page, visit) {
  const wait = page % 20 === 3 ? 150 : 4 + (page % 12);
  if (page % 200 === 13) return { status: 404, wait };
  if (visit === 1 && page % 40 === 7) return { status: 500, wait };
  if (visit === 1 && page % 100 === 31) return { status: 429, wait, headers: { 'retry-after': '1' } };
  if (visit === 1 && page % 500 === 77) return { wait };
  return { status: 200, wait, body: `<title>Page ${page}</title>${'<p>text</p>'.repeat(page % 50)}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { urls } = await startSite(Number(process.argv[2] ?? 1000));
  console.log(urls.join('\n'));
}
