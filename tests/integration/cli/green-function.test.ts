import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const library = pathToFileURL(join(dirname(inject('greenpoolMain')), '../index.js')).href;
const greenpool = useGreenpool({
  'green.mjs': `import { getcurrent, Semaphore, sleep } from ${JSON.stringify(library)};
    const waits = { sleep: () => sleep(60_000), acquire: () => new Semaphore(0).acquire() };
    export default async (item) => {
      await null;
      return await waits[item]?.() ?? typeof getcurrent();
    };`,
});

describe('greenpool run with a function that uses greenpool itself', () => {
  test('gives it a green thread, and ends its waits when its time is over', async () => {
    const args = ['green.mjs', '--timeout', '300ms', '--grace', '1m', '--envelope', '--from', 'lines', '-k'];
    const { code, stdout } = await greenpool.run(args, 'plain\nsleep\nacquire\n');

    const ends = stdout.trim().split('\n');
    expect(ends.map((line) => JSON.parse(line))).toMatchObject([
      { status: 'done', result: 'object' },
      { status: 'failed', error: { name: 'Timeout' } },
      { status: 'failed', error: { name: 'Timeout' } },
    ]);
    expect(code).toBe(1);
  });
});
