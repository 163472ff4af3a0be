// Fetches one page, politely and for good:
//
//   greenpool run examples/crawl/crawl.ts -a urls.txt -o pages.ndjson -J crawl.gpj -j 50 --per host=4 --rate 100/s \
//     --timeout 10s -r 5 --retry-on 429,5xx,ERR_TIMEOUT,ECONNRESET --failed not-fetched.txt
//
// After a crash or a ctrl-C: `greenpool resume crawl.gpj`. No page that is in pages.ndjson is fetched again.

/** What is kept of a page. */
interface Page {
  readonly url: string;
  readonly title: string | undefined;
  readonly bytes: number;
}

/** The function that greenpool runs, once for every address. */
export default async function crawl(url: string, { signal }: { signal: AbortSignal }): Promise<Page> {
  // With the signal a page that hangs is given up when its time is over, and all of them at a second ctrl-C.
  const response = await fetch(url, { signal });
  if (!response.ok) {
    // A body that nobody reads keeps its connection.
    await response.body?.cancel();
    // greenpool looks for the status, for --retry-on, and for Retry-After in the headers.
    const { status, headers } = response;
    throw Object.assign(new Error(`the site answers ${status}`), { status, headers });
  }
  const text = await response.text();
  return { url, title: /<title>(.*?)<\/title>/.exec(text)?.[1], bytes: Buffer.byteLength(text) };
}
