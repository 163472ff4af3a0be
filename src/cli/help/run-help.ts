/** What `greenpool run --help` says below the options. */
export const RUN_HELP = `
Items:
  Each line of input is an item: a JSON value, or plain text; of a CSV or TSV file each row below the header, as an
  object of text. The words after ::: are items too, instead of an input. -a takes all words up to the next option, so
  the module comes first.

The function:
  It is called as (item, ctx), and its result, awaited, becomes one record of output. When it throws, the item fails
  and the others go on. What it prints goes to stderr.
  ctx.signal              aborts when the run is cancelled and when --timeout is over: hand it to fetch and the like
  ctx.id, ctx.slot        the number of the item, from 1; the place it runs in, from 0 to jobs - 1
  ctx.key, ctx.attempt    what --per goes by; how often the item was tried, from 1
  ctx.log(...)            prints to stderr, above the bar
  ctx.progress(fraction)  tells how much of this item is done, from 0 to 1
  ctx.throttle(ms)        starts no item for so long; with --per none of the same key
  ctx.skip(reason)        leaves this item out: no result, no failure

Limits:
  An item that fails is tried again with -r; meanwhile others run. An error that carries retryAfter (ms) or the header
  Retry-After, in headers or response.headers, says itself how long to wait.
  With --per one field's items wait for each other and for nobody else: up to 10,000 items are read ahead.
  A function that ignores ctx.signal fails its item --grace after its --timeout and keeps its place until it ends; when
  such functions hold all places, the run stops with 75.

Journal:
  With -J what becomes of each item is on record, and its result in the file of -o, before another item takes its
  place. After a crash, a reboot or a ctrl-C greenpool resume goes on: each result is in the file once, and what was
  running runs again. An item is known by what is in it, or by --key; equal items are counted. So the input may be
  extended, edited or put into another order meanwhile.

Bad input:
  A line or row that cannot be read is a failed item with its place, and the run goes on. A CSV header that lacks a
  name or has one twice is refused.

Envelopes:
  --envelope writes { id, source, line, item, status, result, error, reason, attempts, ms } for each item. status is
  done, with result; failed or cancelled, with error { name, message, code }; or skipped, with reason. The error of a
  line that cannot be read has its offset and an excerpt, and there is no item. stdin has no source.

Stopping:
  The first ctrl-C starts no more items, the second cancels those that run, the third leaves at once. SIGTERM starts no
  more items and cancels after 5 s.

Exit codes:
  0         all done
  1         some items failed
  2         wrong usage, module or input: nothing was started
  3         halted by --halt
  4         the output could not be written, or the journal not be used
  70        an error outside of any item
  75        stopped by a signal or --max-time, items left
  130, 143  cancelled by ctrl-C or SIGTERM
  141       stdout was closed, as head does

Environment:
  NO_COLOR         no colours
  GREENPOOL_DEBUG  stack traces of what is wrong with the command

Examples:
  $ greenpool check.ts < urls.ndjson > out.ndjson
  $ greenpool run images.ts#thumbnail -a photos.txt -j 4 -o out.ndjson
  $ greenpool people.ts -a people.csv --to csv --failed again.csv > out.csv
  $ greenpool crawl.ts -a urls.txt --per host=4 --rate 100/s -r 3 > out.ndjson
  $ greenpool check.ts ::: https://a.example https://b.example
  $ greenpool fill.ts -a ids.csv -o rows.ndjson -J fill.gpj`;
