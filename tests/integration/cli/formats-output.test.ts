import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const greenpool = useGreenpool({
  'id.mjs': `
    export default (item) => item;
    export const text = (item) => item.text;
    export const some = (item, ctx) => {
      if (item.n === 2) throw Object.assign(new TypeError('no'), { code: 'E_NO' });
      return item.n === 3 ? ctx.skip('old') : { twice: item.n * 2 };
    };
    // Item 1 ends when all others have started, so that all of them are held back behind it.
    let started = 0;
    let all;
    const others = new Promise((resolve) => { all = resolve; });
    export const slowFirst = async (item) => {
      started += 1;
      if (started === Number(process.env.ITEMS)) all();
      if (item === 1) await others;
      return { item, pad: 'é'.repeat(1000) };
    };
    process.on('exit', () => process.send?.({ rss: process.resourceUsage().maxRSS * 1024 }));
  `,
  'rows.ndjson': Array.from({ length: 500 }, (_, id) => `${JSON.stringify({ id, text: 'a\nb' })}\n`).join(''),
});

const shell = (command: string) => watch(spawn('bash', ['-c', command], { cwd: greenpool.folder })).ended;
const cli = `"${process.execPath}" "${greenpool.main}"`;
const canShell = process.platform !== 'win32';
const hasFullDisk = existsSync('/dev/full');
const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('greenpool run --to', () => {
  test('csv: a header of the first result, then rows', async () => {
    const { code, stdout } = await greenpool.run(
      ['id.mjs', '-k', '--to', 'csv'],
      '{"a":1,"b":"x,y"}\n{"b":"say \\"hi\\""}\n',
    );

    expect(stdout).toBe('a,b\n1,"x,y"\n,"say ""hi"""\n');
    expect(code).toBe(0);
  });

  test('csv: the header comes first also when the first result is held back', async () => {
    const { stdout } = await greenpool.run(
      ['id.mjs', '-k', '--to', 'csv', '-j', '50'],
      '{"a":1}\n{"a":2}\n{"a":3}\n',
    );

    expect(stdout).toBe('a\n1\n2\n3\n');
  });

  test('csv: what has no columns fails by itself', async () => {
    const { code, stdout, stderr } = await greenpool.run(
      ['id.mjs', '-k', '--to', 'csv'],
      '{"a":1}\n[1]\n{"a":2,"b":3}\n{"a":4}\n',
    );

    expect([code, stdout]).toEqual([1, 'a\n1\n4\n']);
    expect(stderr).toContain('the result cannot be written as CSV: it is an array; return an object');
    expect(stderr).toContain('the result cannot be written as CSV: the first result has no field "b"');
  });

  test.runIf(canShell)('csv: a file that can grow no more keeps whole records', async () => {
    const { stdout, stderr } = await shell(
      `trap '' XFSZ; ulimit -f 1; ${cli} id.mjs -k -a rows.ndjson --to csv -o limited; echo $?`,
    );
    const kept = readFileSync(greenpool.path('limited'), 'utf8');

    expect(stdout).toBe('4\n');
    expect(kept).toMatch(/^id,text\n(\d+,"a\nb"\n)+$/);
    expect(stderr).toContain(`results written: ${kept.split('"\n').length - 1}\n`);
  });

  test('lines: strings as they are; one with a newline fails and is not torn', async () => {
    const { code, stdout, stderr } = await greenpool.run(
      ['id.mjs', '-k', '--to', 'lines', '--from', 'ndjson'],
      '"a b"\n"c\\nd"\n1\n{"e":"f\\ng"}\n',
    );

    expect([code, stdout]).toEqual([1, 'a b\n1\n{"e":"f\\ng"}\n']);
    expect(stderr).toContain(
      'the result cannot be written as a line: it holds a newline; --to ndjson can write it',
    );
  });
});

describe('greenpool run --envelope', () => {
  test('every item has a record: done, failed, skipped, and unread', async () => {
    const { code, stdout } = await greenpool.run(
      ['id.mjs#some', '-k', '--envelope'],
      '{"n":1}\n{"n":2}\n{"n":3}\n{"n"\n',
    );

    expect(code).toBe(1);
    expect(lines(stdout)).toEqual([
      {
        id: 1,
        line: 1,
        item: { n: 1 },
        status: 'done',
        result: { twice: 2 },
        attempts: 1,
        ms: expect.any(Number),
      },
      {
        id: 2,
        line: 2,
        item: { n: 2 },
        status: 'failed',
        error: { name: 'TypeError', message: 'no', code: 'E_NO' },
        attempts: 1,
        ms: expect.any(Number),
      },
      {
        id: 3,
        line: 3,
        item: { n: 3 },
        status: 'skipped',
        reason: 'old',
        attempts: 1,
        ms: expect.any(Number),
      },
      {
        id: 4,
        line: 4,
        status: 'failed',
        error: {
          name: 'ItemError',
          message: 'the line is not valid JSON',
          code: 'ERR_INPUT_LINE',
          offset: 24,
          excerpt: '{"n"',
        },
        attempts: 0,
        ms: 0,
      },
    ]);
  });

  test.each(['csv', 'lines'])('does not go with --to %s', async (format) => {
    const { code, stderr } = await greenpool.run(['id.mjs', '--envelope', '--to', format], 'a\n');

    expect([code, stderr]).toEqual([
      2,
      `greenpool: --envelope writes JSON: it cannot go with --to ${format}\n`,
    ]);
  });
});

describe('greenpool run --results', () => {
  test('a file for each result, by the number of its item, beside the output', async () => {
    const { stdout } = await greenpool.run(
      ['id.mjs#some', '-k', '--results', 'out/json'],
      '{"n":1}\n{"n":2}\n{"n":4}\n',
    );

    expect(readdirSync(greenpool.path('out/json')).sort()).toEqual(['1.json', '3.json']);
    expect(readFileSync(greenpool.path('out/json/3.json'), 'utf8')).toBe('{"twice":8}\n');
    expect(stdout).toBe('{"twice":2}\n{"twice":8}\n');
  });

  test.each([
    ['csv', '1.csv', 'a\n1\n'],
    ['lines', '1.txt', '{"a":1}\n'],
    ['none', '1.json', '{"a":1}\n'],
  ])('--to %s decides how they are written', async (format, name, content) => {
    await greenpool.run(['id.mjs', '--to', format, '--results', `out/${format}`], '{"a":1}\n');

    expect(readFileSync(greenpool.path(`out/${format}/${name}`), 'utf8')).toBe(content);
  });

  test('with --envelope every item has a file', async () => {
    await greenpool.run(['id.mjs#some', '--envelope', '--results', 'out/all'], '{"n":2}\n{"n":3}\n');

    expect(readdirSync(greenpool.path('out/all')).sort()).toEqual(['1.json', '2.json']);
  });

  test('a file in the place of the folder is refused', async () => {
    const { code, stderr } = await greenpool.run(['id.mjs', '--results', 'id.mjs'], 'a\n');

    expect([code, stderr]).toEqual([2, 'greenpool: cannot write id.mjs: file already exists\n']);
  });

  test.runIf(canShell)('a folder that cannot be written any more ends the run with 4', async () => {
    mkdirSync(greenpool.path('locked'));
    chmodSync(greenpool.path('locked'), 0o500);
    const asNobody =
      process.getuid?.() === 0 ? { wrapper: ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] } : {};

    const { code, stderr } = await greenpool.run(['id.mjs', '--results', 'locked'], 'a\n', asNobody);

    expect([code, stderr]).toEqual([
      4,
      'greenpool: cannot write locked: permission denied; results written: 1\n',
    ]);
  });
});

describe('greenpool run --failed, its file', () => {
  test.runIf(hasFullDisk)('a full disk ends the run with 4', async () => {
    const { code, stderr } = await greenpool.run(['id.mjs', '--failed', '/dev/full'], '{"a"\n');

    expect(stderr).toContain(
      'greenpool: cannot write /dev/full: no space left on device; results written: 0\n',
    );
    expect(code).toBe(4);
  });

  test('stdout is no file for it', async () => {
    const { code, stderr } = await greenpool.run(['id.mjs', '--failed', '-'], 'a\n');

    expect([code, stderr]).toEqual([2, 'greenpool: --failed needs a file: stdout has the results\n']);
  });
});

describe('greenpool run -k, behind a slow item', () => {
  const ITEMS = 60_000;

  test(`${ITEMS.toLocaleString('en')} results of 2 kB wait on disk: nobody waits, memory stays flat`, async () => {
    // 120 MB of text do not fit into this heap, so a run that held it all would not come to its end.
    const args = ['--max-old-space-size=110', greenpool.main, 'id.mjs#slowFirst', '-k', '--from', 'ndjson'];
    const child = spawn(process.execPath, args, {
      cwd: greenpool.folder,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ITEMS: String(ITEMS) },
    });
    let rss = 0;
    let next = 1;
    let rest = '';
    child.on('message', (message: { rss: number }) => {
      rss = message.rss;
    });
    child.stdin?.end(Array.from({ length: ITEMS }, (_, index) => `${index + 1}\n`).join(''));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const all = (rest + text).split('\n');
      rest = all.pop() ?? '';
      for (const line of all) if (line.startsWith(`{"item":${next},`)) next += 1;
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });

    const code = await new Promise((resolve) => child.on('close', resolve));
    process.stdout.write(`${stderr.trim()}, at most ${Math.round(rss / 1e6)} MB resident\n`);

    expect([code, next]).toEqual([0, ITEMS + 1]);
  }, 60_000);

  test.runIf(canShell)('a temporary folder that is gone ends the run with 4', async () => {
    const { code, stderr } = await greenpool.run(
      ['id.mjs#slowFirst', '-k', '--from', 'ndjson'],
      Array.from({ length: 50_000 }, (_, index) => `${index + 1}\n`).join(''),
      { env: { ...process.env, ITEMS: '50000', TMPDIR: '/no/such/folder' } },
    );

    expect(stderr).toBe(
      'greenpool: cannot write the temporary folder: no such file or directory; results written: 0\n',
    );
    expect(code).toBe(4);
  });
});
