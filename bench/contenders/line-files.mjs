// The input of the contenders that map lines, and a look at what they made of it.
import { closeSync, createReadStream, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const AT_ONCE = 10_000;

/** A folder for the files of one run. */
export function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'greenpool-bench-'));
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writes `count` objects, about a hundred bytes each. */
export function writeLines(path, count) {
  const file = openSync(path, 'w');
  for (let first = 0; first < count; first += AT_ONCE) {
    let text = '';
    for (let id = first; id < Math.min(first + AT_ONCE, count); id += 1) text += lineOf(id);
    writeSync(file, text);
  }
  // Else the system would write it to the disk while somebody is measured.
  fsyncSync(file);
  closeSync(file);
}

function lineOf(id) {
  return `${JSON.stringify({ id, url: `https://example.com/items/${id}`, tags: ['new', 'blue'], price: id / 100, isSold: id % 3 === 0 })}\n`;
}

/** What a file comes to whatever the order of its lines: how many they are, and the sum of all bytes. */
export async function sumOfLines(path) {
  let lines = 0;
  let sum = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    for (const byte of chunk) {
      sum += byte;
      if (byte === 10) lines += 1;
    }
  }
  return { lines, sum };
}
