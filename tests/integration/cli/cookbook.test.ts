// The recipes of docs/CLI.md, run as they stand there: with a server of our own, and a stand-in for convert.

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/CLI.md'), 'utf8');
const modules = [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)];

const greenpool = useGreenpool({
  ...Object.fromEntries(modules.map(([, name = '', code = '']) => [name, code])),
  'people.csv': 'name,born\nAda,1815-12-10\nNobody,\nGrace,1906-12-09\n',
  'one.jpg': '',
  'two words.jpg': '',
  'bin/convert': '#!/bin/sh\necho "$@" >> converted.txt\n',
});

/** The lines that a recipe gives to a shell. */
function recipe(heading: string): string[] {
  const [, block = ''] = new RegExp(`### ${heading}[\\s\\S]*?\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  return block.replaceAll('\\\n', ' ').trim().split('\n');
}

/** Runs one of them, with `greenpool` and the stand-ins on the path. */
async function run(line: string) {
  const env = { ...process.env, PATH: `${greenpool.path('bin')}:${process.env.PATH}` };
  return watch(spawn('sh', ['-c', line], { cwd: greenpool.folder, env })).ended;
}

const server = createServer((request, response) => {
  if (request.url === '/busy' && !seen.has('/busy')) response.writeHead(429, { 'retry-after': '0' }).end();
  else if (request.url === '/gone') response.writeHead(404).end();
  else response.end(`<title>\n page ${request.url} </title>`);
  seen.add(request.url ?? '');
});
const seen = new Set<string>();

beforeAll(async () => {
  const bin = greenpool.path('bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'greenpool'), `#!/bin/sh\nexec '${process.execPath}' '${greenpool.main}' "$@"\n`);
  for (const name of ['greenpool', 'convert']) chmodSync(join(bin, name), 0o755);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const urls = ['/a', '/busy', '/gone'].map((path) => `http://127.0.0.1:${port}${path}`);
  writeFileSync(greenpool.path('urls.txt'), `${urls.join('\n')}\n`);
});

afterAll(() => {
  server.close();
});

describe('the cookbook', () => {
  test('a polite crawl: pages, a retry, and what is left', async () => {
    const [line = ''] = recipe('A polite crawl');

    expect((await run(line)).code).toBe(1);
    const pages = readFileSync(greenpool.path('pages.ndjson'), 'utf8').trim().split('\n');
    expect(pages.map((text) => JSON.parse(text).title).sort()).toEqual(['page /a', 'page /busy']);
    expect(readFileSync(greenpool.path('again.txt'), 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/gone\n$/);
  });

  test('images: a word each, spaces and all', async () => {
    mkdirSync(greenpool.path('small'));
    const [first = '', second = ''] = recipe('Images, by a program');

    expect((await run(first)).code).toBe(0);
    expect((await run(second)).code).toBe(0);
    const converted = readFileSync(greenpool.path('converted.txt'), 'utf8').trim().split('\n').sort();
    expect(converted).toEqual([
      './one.jpg -strip ./one.webp',
      './two words.jpg -strip ./two words.webp',
      'one.jpg -resize 50% small/one.png',
      'two words.jpg -resize 50% small/two words.png',
    ]);
  });

  test('CSV to CSV: in order, without the skipped', async () => {
    const [line = ''] = recipe('CSV to CSV');

    const { code, stderr } = await run(line);
    expect(code).toBe(0);
    expect(stderr).toContain('1 skipped (1 no date of birth)');
    expect(readFileSync(greenpool.path('ages.csv'), 'utf8')).toBe(
      'name,born,age\nAda,1815-12-10,211\nGrace,1906-12-09,120\n',
    );
  });

  test('work that computes: in order, from threads', async () => {
    const [line = ''] = recipe('Work that computes, on all cores');

    const { code, stdout } = await run(line);

    expect([code, stdout]).toEqual([0, '78498\n148933\n216816\n']);
  });
});
