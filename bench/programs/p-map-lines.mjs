// Maps lines as a script with p-map does, ten at a time.
//   node p-map-lines.mjs < in.ndjson > out.ndjson
import { createInterface } from 'node:readline';
import pMap, { pMapSkip } from 'p-map';
import map from './no-op.mjs';

await pMap(
  createInterface({ input: process.stdin }),
  async (line) => {
    const result = await map(JSON.parse(line));
    process.stdout.write(`${JSON.stringify(result)}\n`);
    // Nobody wants a list of the results besides.
    return pMapSkip;
  },
  { concurrency: 10 },
);
