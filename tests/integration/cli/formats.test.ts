import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const ROWS = 300_000;

const greenpool = useGreenpool({
  'id.mjs': `
    export default (item) => item;
    export const odd = (item) => { if (Number(item.n ?? item) % 2 === 1) throw new RangeError('odd'); return item; };
    export const sum = (items) => items.reduce((total, item) => total + Number(item), 0);
    process.on('exit', () => process.send?.({ rss: process.resourceUsage().maxRSS * 1024 }));
  `,
  'people.csv': '\uFEFFname,"said, what"\r\nAda,"a ""quote"" and\r\na line"\r\nBob,\r\n',
  'tabs.tsv': 'a\tb\n1\t2,3\n',
  'numbers.csv': `n\n${[1, 2, 3, 4].join('\n')}\n`,
  'more.csv': 'n\n5\n',
  'other.csv': 'm\n5\n',
  'bad.csv': 'a,b\n1\n2,"x\ny"\n3,c"d\n4,"e"f\n5,6,7\n8,9\n10,"open\n11,12',
  'plain.txt': 'x\n',
  'twice.csv': 'a,b,a\n1,2,3\n',
  'nameless.csv': 'a,,c\n1,2,3\n',
});

const shell = (command: string) => watch(spawn('bash', ['-c', command], { cwd: greenpool.folder })).ended;
const cli = `"${process.execPath}" "${greenpool.main}"`;
const canShell = process.platform !== 'win32';
const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('greenpool run, on rows', () => {
  test('a .csv file gives an object for each row, whatever is between its quotes', async () => {
    const { code, stdout } = await greenpool.run(['id.mjs', '-k', '-a', 'people.csv']);

    expect(lines(stdout)).toEqual([
      { name: 'Ada', 'said, what': 'a "quote" and\r\na line' },
      { name: 'Bob', 'said, what': '' },
    ]);
    expect(code).toBe(0);
  });

  test('a .tsv file too', async () => {
    const { stdout } = await greenpool.run(['id.mjs', '-k', '-a', 'tabs.tsv']);

    expect(lines(stdout)).toEqual([{ a: '1', b: '2,3' }]);
  });

  test('stdin is CSV only when --from says so', async () => {
    const told = await greenpool.run(['id.mjs', '-k', '--from', 'csv'], 'a,b\n1,2\n');
    const guessed = await greenpool.run(['id.mjs', '-k'], 'a,b\n1,2\n');

    expect([told.stdout, guessed.stdout]).toEqual(['{"a":"1","b":"2"}\n', '"a,b"\n"1,2"\n']);
  });

  test('the first row starts while the producer is silent', async () => {
    const { child, seen, ended } = greenpool.start(['id.mjs', '--from', 'csv']);

    child.stdin?.write('a\n1\n');
    await seen('stdout', /^{"a":"1"}\n/);
    child.stdin?.end('2\n');

    expect(await ended).toMatchObject({ code: 0, stdout: '{"a":"1"}\n{"a":"2"}\n' });
  });

  test('each malformed row is a failed item with its line and byte; the run goes on', async () => {
    const { code, stdout, stderr } = await greenpool.run(['id.mjs', '-k', '-a', 'bad.csv']);

    expect(lines(stdout)).toEqual([
      { a: '2', b: 'x\ny' },
      { a: '8', b: '9' },
      { a: '11', b: '12' },
    ]);
    expect(stderr).toContain('the row has 1 fields, the header has 2  bad.csv:2, byte 4: 1\n');
    expect(stderr).toContain('a quote stands inside a field           bad.csv:5, byte 14: 3,c"d\n');
    expect(stderr).toContain('text follows a closing quote            bad.csv:6, byte 20: 4,"e"f\n');
    expect(stderr).toContain('a quote is not closed                   bad.csv:9, byte 37: 10,"open\n');
    expect(stderr).toContain('3 done, 5 failed');
    expect(code).toBe(1);
  });

  test.each([
    ['twice.csv', 'cannot read twice.csv: two columns are named "a" (its header, line 1, byte 0)'],
    ['nameless.csv', 'cannot read nameless.csv: column 2 has no name (its header, line 1, byte 0)'],
  ])('%s: a header that names no columns is refused, and nothing is touched', async (file, message) => {
    const { code, stdout, stderr } = await greenpool.run([
      'id.mjs',
      '-a',
      'people.csv',
      file,
      '-o',
      'people.csv.out',
    ]);

    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `greenpool: ${message}\n` });
    expect(() => readFileSync(greenpool.path('people.csv.out'))).toThrow('ENOENT');
  });

  test('so it is on stdin', async () => {
    expect(await greenpool.run(['id.mjs', '--from', 'csv'], 'a,a\n1,2\n')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'greenpool: cannot read stdin: two columns are named "a" (its header, line 1, byte 0)\n',
    });
  });

  test('a CSV file without a row is no mistake', async () => {
    expect(await greenpool.run(['id.mjs', '--from', 'csv'], 'a,b\n')).toMatchObject({ code: 0, stdout: '' });
    expect(await greenpool.run(['id.mjs', '--from', 'csv'], '')).toMatchObject({ code: 0, stdout: '' });
  });

  test(`${ROWS.toLocaleString('en')} rows through a pipe, in flat memory`, async () => {
    const child = spawn(process.execPath, [greenpool.main, 'id.mjs', '--from', 'csv', '--to', 'none'], {
      cwd: greenpool.folder,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    const { ended } = watch(child);
    let rss = 0;
    child.on('message', (message: { rss: number }) => {
      rss = message.rss;
    });
    const chunk = '1,"a ""name"", long enough to be read as one",true\n'.repeat(1000);
    child.stdin?.write('id,name,isRow\n');
    for (let sent = 0; sent < ROWS; sent += 1000) {
      if (!child.stdin?.write(chunk)) await new Promise((resolve) => child.stdin?.once('drain', resolve));
    }
    child.stdin?.end();

    const { code, stderr } = await ended;
    process.stdout.write(`${stderr.trim()}, at most ${Math.round(rss / 1e6)} MB resident\n`);

    expect(stderr).toContain(`${ROWS.toLocaleString('en')} done`);
    expect(rss).toBeLessThan(250e6);
    expect(code).toBe(0);
  });
});

describe('greenpool run, on other inputs', () => {
  test('--from nul reads what find -print0 writes', async () => {
    const { stdout, stderr } = await greenpool.run(
      ['id.mjs', '-k', '--from', 'nul'],
      Buffer.from('a\nb\0c\0\0'),
    );

    expect(lines(stdout)).toEqual(['a\nb', 'c']);
    expect(stderr).toContain('2 done');
  });

  test('::: makes items of the words after it, whatever they look like, and stdin is left alone', async () => {
    const { code, stdout } = await greenpool.run(
      ['id.mjs', '-k', ':::', '-a', '--help', 'b c', '{"a":1}'],
      'x\n',
    );

    expect(lines(stdout)).toEqual(['-a', '--help', 'b c', '{"a":1}']);
    expect(code).toBe(0);
  });

  test('or of the values they stand for, and a word that is none fails with its place', async () => {
    const { code, stdout, stderr } = await greenpool.run([
      'id.mjs',
      '--from',
      'ndjson',
      ':::',
      '{"a":1}',
      '{',
    ]);

    expect([code, stdout]).toEqual([1, '{"a":1}\n']);
    expect(stderr).toContain('the argument is not valid JSON  argument:2, byte 0: {\n');
  });

  test('::: without a word after it is an empty input', async () => {
    expect(await greenpool.run(['id.mjs', ':::'], 'x\n')).toMatchObject({ code: 0, stdout: '' });
  });

  test.each([
    [['-a', 'plain.txt', ':::', 'x'], 'items come from -a or from :::, not from both'],
    [[':::', 'x', ':::', 'y'], '::: can be given only once'],
    [
      ['--from', 'csv', ':::', 'x'],
      '--from csv is for files: what stands after ::: is text, or JSON with --from ndjson',
    ],
    [
      ['--limit', '-1'],
      "option '--limit <n>' argument '-1' is invalid. It must be a whole number, 0 or more.",
    ],
    [['--batch', '0'], "option '--batch <n>' argument '0' is invalid. It must be a whole number, 1 or more."],
    [['--skip'], "option '--skip <n>' argument missing"],
    [
      ['--from', 'xml'],
      "option '--from <format>' argument 'xml' is invalid. Allowed choices are auto, ndjson, csv, tsv, lines, nul.",
    ],
  ])('%j is refused', async (args, message) => {
    expect(await greenpool.run(['id.mjs', ...args])).toEqual({
      code: 2,
      stdout: '',
      stderr: `greenpool: ${message}\n`,
    });
  });

  test('--batch gives arrays, --skip and --limit count items', async () => {
    const input = Array.from({ length: 10 }, (_, index) => `${index + 1}\n`).join('');

    const { stdout, stderr } = await greenpool.run(
      ['id.mjs#sum', '-k', '--batch', '2', '--skip', '2', '--limit', '5'],
      input,
    );

    expect(stdout).toBe('7\n11\n7\n');
    expect(stderr).toContain('3 done');
  });

  test.runIf(canShell)('--limit ends a run over an endless input, well', async () => {
    const { code, stdout, stderr } = await shell(`yes | timeout 10 ${cli} id.mjs -k --skip 1 --limit 2`);

    expect([code, stdout]).toEqual([0, '"y"\n"y"\n']);
    expect(stderr).toMatch(/^greenpool: 2 done in [^;]*\n$/);
  });
});

describe('greenpool run --failed', () => {
  const failedOf = async (args: readonly string[], input: string | Buffer = '') => {
    const { code, stderr } = await greenpool.run(['id.mjs#odd', '-k', '--failed', 'failed', ...args], input);
    return { code, stderr, failed: readFileSync(greenpool.path('failed')) };
  };

  test('items that failed, and lines that could not be read, as they were', async () => {
    const input = Buffer.concat([
      Buffer.from('{"n": 1.0}\r\n{"n":2}\n{"n"\n'),
      Buffer.of(0xff, 10),
      Buffer.from('{"n":3}'),
    ]);

    const { code, failed } = await failedOf([], input);

    // In the order in which they failed, which is nobody's business.
    const lines = failed.toString('latin1').split('\n').sort();
    expect(lines).toEqual(['', '{"n"', '{"n": 1.0}\r', '{"n":3}', '\xff'].sort());
    expect(code).toBe(1);
  });

  test('rows come below their header, and the file is an input', async () => {
    const { failed } = await failedOf(['-a', 'numbers.csv', 'more.csv']);
    const again = await failedOf(['--from', 'csv'], failed);

    expect(failed.toString()).toBe('n\n1\n3\n5\n');
    expect(again.failed.toString()).toBe('n\n1\n3\n5\n');
    expect(again.stderr).toContain('3 failed');
  });

  test('malformed rows too', async () => {
    const { failed } = await failedOf(['-a', 'bad.csv']);

    expect(failed.toString()).toBe('a,b\n1\n3,c"d\n4,"e"f\n5,6,7\n10,"open\n');
  });

  test('items between NULs, batches and arguments', async () => {
    expect((await failedOf(['--from', 'nul'], '1\x002\x003')).failed.toString()).toBe('1\x003\0');
    expect((await failedOf(['--batch', '2'], '{"n":1}\n{"n":2}\n{"n":3}\n')).failed.toString()).toBe('');
    expect((await failedOf(['--batch', '1'], '1\n2\n3\n')).failed.toString()).toBe('1\n3\n');
    expect((await failedOf([':::', '1', '2'])).failed.toString()).toBe('"1"\n');
  });

  test('nothing failed: the file is empty', async () => {
    expect(await failedOf([], '2\n')).toMatchObject({ code: 0, failed: Buffer.alloc(0) });
  });

  test.each([
    [
      ['-a', 'numbers.csv', 'other.csv'],
      'cannot keep failed rows of other.csv and numbers.csv in one file: their columns differ',
    ],
    [
      ['-a', 'numbers.csv', 'plain.txt'],
      '--failed needs inputs of one format: their lines cannot stand in one file',
    ],
    [
      ['-a', 'numbers.csv', '-o', 'failed-out'],
      'cannot write failed-out: results and failed items cannot share a file',
    ],
    [['-a', 'failed-out'], 'cannot write failed-out: it is also an input'],
    [['-a', 'none.csv'], 'cannot read none.csv: no such file or directory'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await greenpool.run(['id.mjs', '--failed', 'failed-out', ...args]);

    expect([code, stderr]).toEqual([2, `greenpool: ${message}\n`]);
  });

  test('a folder that is not there is refused', async () => {
    const { code, stderr } = await greenpool.run(['id.mjs', '--failed', 'none/x'], 'a\n');

    expect([code, stderr]).toEqual([2, 'greenpool: cannot write none/x: no such file or directory\n']);
  });
});
