// Maps lines as a careful user would by hand: cuts chunks, parses, calls, writes in large pieces, waits when it must.
//   node loop-by-hand.mjs [--await] < in.ndjson > out.ndjson
import { createWriteStream } from 'node:fs';
import map from './no-op.mjs';

const PIECE = 64 * 1024;
// A function that may be async has to be awaited, and nobody knows from outside whether it is.
const isAwaited = process.argv[2] === '--await';
const output = createWriteStream('', { fd: 1 });
let rest = '';
let pending = '';

process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const item = JSON.parse(line);
    pending += `${JSON.stringify(isAwaited ? await map(item) : map(item))}\n`;
    if (pending.length >= PIECE) await flush();
  }
}
await flush();
output.end();

async function flush() {
  const isTaken = output.write(pending);
  pending = '';
  if (!isTaken) await new Promise((resolve) => output.once('drain', resolve));
}
