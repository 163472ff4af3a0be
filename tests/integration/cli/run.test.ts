import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('');

const greenpool = useGreenpool({
  'double.mjs': `
    export default (item) => item * 2;
    export const odd = (item) => { if (item % 2 === 0) throw new RangeError('even: ' + item); return item; };
    export const late = async (item) => { await new Promise((r) => setTimeout(r, item === 1 ? 50 : 1)); return item; };
    export const chatty = (item) => { console.log('got', item); return item; };
    export const nothing = () => {};
    export const hang = (item) => item === 2 ? new Promise(() => {}) : item;
    export const leaky = (item) => { setInterval(() => {}, 60_000); return item; };
    export const stray = (item) => { setTimeout(() => { throw new Error('nobody caught me'); }); return new Promise(() => {}); };
    export const skip = (item, { skip }) => item > 1 ? skip('too big') : item;
  `,
  'typed.ts': `
    export enum Sign { Plus = 1, Minus = -1 }
    interface Item { n: number }
    export default async function negate(item: Item): Promise<number> { return item.n * Sign.Minus; }
  `,
  'typed.mts': 'export default (item: number, ctx: { id: number }): number => item + ctx.id;\n',
  'common.cjs': 'module.exports = { triple: (item) => item * 3 };\n',
  'compiled.cjs':
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = (item) => item + "!";\n',
  'commonjs/package.json': '{"type":"commonjs"}',
  'commonjs/typed.ts':
    'import { sep } from "node:path";\nexport default (item: string): string => item + sep;\n',
  'imports.ts':
    'import { suffix } from "./suffix";\nexport default (item: string): string => item + suffix;\n',
  'suffix.ts': 'export const suffix: string = "+";\n',
  'once.ts': 'console.error("loaded");\nawait import("./missing.mjs");\nexport default (): void => {};\n',
  'late.ts':
    'console.error("loaded");\nconst { suffix } = await import("./suffix");\nexport default () => suffix;\n',
  'prints.mjs': `
    process.stdout.write('loaded\\n');
    export default (item) => {
      process.stdout.write('.');
      process.stdout.write(Buffer.from('é\\n'));
      return new Promise((resolve) => process.stdout.write('called\\n', () => resolve(item)));
    };
  `,
  'leaves.mjs': 'export default () => process.exit(0);\n',
  'lossy.mjs': `
    export default (item) => ({ map: new Map([[1, 2]]), error: new Error('lost'), plain: {} })[item];
    export const skip = (item, ctx) => ctx.skip('a\\x1b[2Jb');
  `,
  'odd#name.mjs': 'export default (item) => item;\nexport const named = () => "named";\n',
  'numbers.txt': numbers(20),
  'first.ndjson': '{"n":1}\n{"n":2}',
  'second.ndjson': '{"n":3}\n',
});

describe('greenpool run', () => {
  test('one line in, one line out, with a summary on stderr', async () => {
    const { code, stdout, stderr } = await greenpool.run(
      ['run', 'double.mjs', '-k', '--from', 'ndjson'],
      numbers(20),
    );

    expect(stdout.trim().split('\n').map(Number)).toEqual(
      Array.from({ length: 20 }, (_, index) => (index + 1) * 2),
    );
    expect(stderr).toMatch(/^greenpool: 20 done in \d+ ms( \([\d,]+\/s\))?\n$/);
    expect(code).toBe(0);
  });

  test('run may be left out', async () => {
    expect(await greenpool.run(['double.mjs', '-k', '-q'], '1\n2\n')).toEqual({
      code: 0,
      stdout: '2\n4\n',
      stderr: '',
    });
  });

  test('a result is written while the input goes on', async () => {
    const { child, seen, ended } = greenpool.start(['double.mjs', '--from', 'ndjson']);

    child.stdin?.write('1\n');
    await seen('stdout', /^2\n/);
    child.stdin?.end('2\n');

    expect(await ended).toMatchObject({ code: 0, stdout: '2\n4\n' });
  });

  test('results come as items end; -k puts them in input order', async () => {
    const asTheyEnd = await greenpool.run(['double.mjs#late', '--from', 'ndjson'], '1\n2\n3\n');
    const ordered = await greenpool.run(['double.mjs#late', '--from', 'ndjson', '-k'], '1\n2\n3\n');

    expect(asTheyEnd.stdout.endsWith('1\n')).toBe(true);
    expect(ordered.stdout).toBe('1\n2\n3\n');
  });

  test('several files are one input', async () => {
    const { stdout } = await greenpool.run(['typed.ts', '-k', '-a', 'first.ndjson', 'second.ndjson']);

    expect(stdout).toBe('-1\n-2\n-3\n');
  });

  test('-o writes to a file, and stdout stays empty', async () => {
    const { code, stdout } = await greenpool.run([
      'double.mjs',
      '-a',
      'numbers.txt',
      '-o',
      'out.ndjson',
      '-k',
    ]);

    expect([code, stdout]).toEqual([0, '']);
    expect(readFileSync(greenpool.path('out.ndjson'), 'utf8').split('\n')).toHaveLength(21);
  });

  test('--to none writes nothing', async () => {
    expect(await greenpool.run(['double.mjs', '-q', '--to', 'none'], numbers(3))).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('an empty input is no mistake', async () => {
    expect(await greenpool.run(['double.mjs'])).toMatchObject({ code: 0, stdout: '' });
  });

  test('a function that returns nothing gives null', async () => {
    expect((await greenpool.run(['double.mjs#nothing'], '1\n')).stdout).toBe('null\n');
  });

  test.each([
    ['TypeScript, with an enum', 'typed.ts', '{"n":4}\n', '-4\n'],
    ['.mts', 'typed.mts', '{"a":1}\n', '"[object Object]1"\n'],
    ['CommonJS, an export by name', 'common.cjs#triple', '5\n', '15\n'],
    ['CommonJS that was compiled from a default export', 'compiled.cjs', '"a"\n', '"a!"\n'],
    ['TypeScript with import in a package of scripts', 'commonjs/typed.ts', '"a"\n', '"a/"\n'],
    ['TypeScript that imports without an extension', 'imports.ts', '"a"\n', '"a+"\n'],
    ['a name with a # in it', 'odd#name.mjs', '"x"\n', '"x"\n'],
    ['an export of a name with a # in it', 'odd#name.mjs#named', '"x"\n', '"named"\n'],
  ])('loads %s', async (_what, module, input, output) => {
    const { code, stdout, stderr } = await greenpool.run([module], input);

    expect(stdout, stderr).toBe(output);
    expect(stderr).toMatch(/^greenpool: 1 done in .*\n$/);
    expect(code).toBe(0);
  });

  test('failed items are grouped in a table, and the exit code is 1', async () => {
    const { code, stdout, stderr } = await greenpool.run(['double.mjs#odd', '-k', '-a', 'numbers.txt']);

    expect(stdout.trim().split('\n')).toHaveLength(10);
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      'greenpool: 10 failed:',
      '  count  error                first at',
      '     10  RangeError: even: 2  numbers.txt:2',
      expect.stringMatching(/^greenpool: 10 done, 10 failed in /),
    ]);
    expect(code).toBe(1);
  });

  test('-q leaves the failures', async () => {
    const { stderr } = await greenpool.run(['double.mjs#odd', '-q', '-a', 'numbers.txt']);

    expect(stderr.split('\n')).toHaveLength(4);
  });

  test('what the module prints goes to stderr: stdout is for results', async () => {
    const { stdout, stderr } = await greenpool.run(['double.mjs#chatty', '-q'], 'x\n');

    expect([stdout, stderr]).toEqual(['"x"\n', 'got x\n']);
  });

  test('what the module writes to stdout goes to stderr too, line by line', async () => {
    expect(await greenpool.run(['prints.mjs', '-q'], 'x\n')).toEqual({
      code: 0,
      stdout: '"x"\n',
      stderr: 'loaded\n.é\ncalled\n',
    });
  });

  test('a TypeScript module never runs twice, also when it imports what is not there', async () => {
    const { code, stderr } = await greenpool.run(['once.ts'], 'x\n');

    expect(stderr).toMatch(/^loaded\ngreenpool: once\.ts failed to load: .*missing\.mjs.*\n$/);
    expect(code).toBe(2);
  });

  test('nor when it imports without an extension while it runs', async () => {
    const { stderr } = await greenpool.run(['late.ts'], 'x\n');

    // Node 20 compiles it from the start and finds the file; with type stripping the import fails.
    expect(stderr).toMatch(/^loaded\ngreenpool: (1 done in .*|late\.ts failed to load: .*suffix.*)\n$/);
  });

  test('a function that ends the process does not look like a run that is done', async () => {
    expect(await greenpool.run(['leaves.mjs'], 'x\n')).toEqual({
      code: 70,
      stdout: '',
      stderr:
        'greenpool: process.exit() was called by the module, in the middle of the run: what still ran or was not written is lost\n',
    });
  });

  test('a result that JSON would make {} of is a failed item', async () => {
    const { code, stdout, stderr } = await greenpool.run(['lossy.mjs', '-k'], 'map\nerror\nplain\n');

    expect([code, stdout]).toEqual([1, '{}\n']);
    expect(stderr).toContain(
      'the result cannot be written as JSON: the content of the Map would be lost    line 1',
    );
    expect(stderr).toContain(
      'the result cannot be written as JSON: the content of the Error would be lost  line 2',
    );
  });

  test('a reason to skip reaches the terminal without its control characters', async () => {
    const { stderr } = await greenpool.run(['lossy.mjs#skip'], 'x\n');

    expect(stderr).toContain('1 skipped (1 a [2Jb)');
  });

  test('skipped items are counted by reason and fail nothing', async () => {
    const { code, stdout, stderr } = await greenpool.run(['double.mjs#skip', '--from', 'ndjson'], numbers(3));

    expect([code, stdout]).toEqual([0, '1\n']);
    expect(stderr).toContain('greenpool: 1 done, 2 skipped (2 too big) in ');
  });

  test('an item that can never end is a failed item, not a silent end', async () => {
    const { code, stdout, stderr } = await greenpool.run(['double.mjs#hang', '--from', 'ndjson'], numbers(3));

    expect([code, stdout]).toEqual([1, '1\n3\n']);
    expect(stderr).toContain('the function never ends: nothing is left that could wake it  line 2');
  });

  test('items that wait behind one that can never end are left, not forgotten', async () => {
    const args = ['double.mjs#hang', '--from', 'ndjson', '-j', '1', '-r', '1'];
    const { code, stdout, stderr } = await greenpool.run(args, numbers(3));

    expect([code, stdout]).toEqual([75, '1\n']);
    expect(stderr).toContain('1 done, 1 failed in ');
    expect(stderr).toContain('; the input from line 3 on was not started');
  });

  test('a timer that the module leaves running does not hold the end up', async () => {
    expect(await greenpool.run(['double.mjs#leaky'], '"a"\n')).toMatchObject({ code: 0, stdout: '"a"\n' });
  });

  test('an error outside of any item ends the run with 70, and says what it was', async () => {
    const { code, stderr } = await greenpool.run(['double.mjs#stray'], '1\n');

    expect(stderr).toContain('greenpool: error outside of any item');
    expect(stderr).toContain('Error: nobody caught me');
    expect(code).toBe(70);
  });
});

describe('greenpool', () => {
  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

    expect(await greenpool.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([[['--help']], [['run', '--help']], [['help', 'run']]])(
    '%j prints help to stdout',
    async (args) => {
      const { code, stdout, stderr } = await greenpool.run(args);

      expect(stdout).toContain('Usage: greenpool');
      expect([code, stderr]).toEqual([0, '']);
    },
  );
});
