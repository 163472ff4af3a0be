import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const greenpool = useGreenpool({
  'id.mjs': 'export default (item) => item;\nexport const number = 7;\n',
  'named.mjs': 'export const one = () => 1;\nexport const two = () => 2;\n',
  'single.mjs': 'export const one = () => 1;\n',
  'empty.mjs': '',
  'syntax.mjs': 'export default () => 1;\n\nconst = 3;\n',
  'syntax.ts': 'export default (item: number): number => item +;\n',
  'imports-syntax.mjs': "import './syntax.mjs';\nexport default () => 1;\n",
  'throws.mjs': "throw new TypeError('no token in the environment\\nsecond line');\n",
  'needs.mjs': "import 'no-such-package';\nexport default () => 1;\n",
  'requires-syntax.cjs': "module.exports = () => 1;\nrequire('./syntax.cjs');\n",
  'syntax.cjs': 'const a = 1;\nconst = 3;\n',
  'wrong-name.mjs': "import { none } from './id.mjs';\nexport default none;\n",
  'throws-null.mjs': 'throw Object.create(null);\n',
  'throws-empty.mjs': "throw new TypeError('');\n",
  'throws-proxy.mjs': `throw new Proxy({}, {
    get() { throw new Error('no'); }, has() { throw new Error('no'); }, getPrototypeOf() { throw new Error('no'); },
  });`,
  'waits.mjs': 'await new Promise(() => {});\n',
  'late.mjs':
    "setTimeout(() => { throw new TypeError('too late'); });\nawait new Promise((r) => setTimeout(r, 60_000));\n",
  'rejects.mjs': "Promise.reject(new Error('lost'));\nawait new Promise((r) => setTimeout(r, 60_000));\n",
  'exits.mjs': 'process.exit(0);\n',
  'secret.txt': 'a\n',
  'input.ndjson': '{"a":1}\n',
});

// Root may read and write everything, so where the tests run as root the command runs without root's capabilities.
const withoutRights =
  process.getuid?.() === 0 ? { wrapper: ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] } : {};

const shell = (command: string) => watch(spawn('bash', ['-c', command], { cwd: greenpool.folder })).ended;
const cli = `"${process.execPath}" "${greenpool.main}"`;
const canShell = process.platform !== 'win32';

describe('greenpool run, given something wrong', () => {
  test.each([
    ['a missing module', ['none.mjs'], 'cannot find module none.mjs: no such file or directory'],
    [
      'a module without its extension',
      ['id'],
      'cannot find module id: no such file or directory; did you mean id.mjs?',
    ],
    ['a folder', ['.'], 'cannot load .: it is a directory, name the file in it'],
    ['no default export', ['named.mjs'], 'named.mjs has no default export; it has #one, #two'],
    [
      'no default export but one other',
      ['single.mjs'],
      'single.mjs has no default export; try single.mjs#one',
    ],
    ['a missing export', ['id.mjs#nope'], 'id.mjs has no export nope; try id.mjs'],
    ['no export at all', ['empty.mjs'], 'empty.mjs has no default export; it exports no function'],
    ['nothing after the #', ['id.mjs#'], 'no export is named after the # of id.mjs#'],
    [
      'an export that is no function',
      ['id.mjs#number'],
      'export number of id.mjs is not a function but number',
    ],
    ['a syntax error', ['syntax.mjs'], "syntax error in syntax.mjs:3: Unexpected token '='"],
    [
      'a module that throws',
      ['throws.mjs'],
      'throws.mjs failed to load: TypeError: no token in the environment',
    ],
    [
      'a syntax error in a required file',
      ['requires-syntax.cjs'],
      "syntax error in syntax.cjs:2: Unexpected token '='",
    ],
    [
      'an import of a name that is not there',
      ['wrong-name.mjs'],
      "wrong-name.mjs failed to load: The requested module './id.mjs' does not provide an export named 'none' (wrong-name.mjs:1)",
    ],
    [
      'a module that throws an object of nothing',
      ['throws-null.mjs'],
      'throws-null.mjs failed to load: it threw [Object: null prototype] {}',
    ],
    [
      'a module that throws an error of no words',
      ['throws-empty.mjs'],
      'throws-empty.mjs failed to load: TypeError without a message',
    ],
    [
      'a module that waits for ever',
      ['waits.mjs'],
      'waits.mjs failed to load: it waits for ever, nothing is left that could wake it',
    ],
    [
      'a module whose timer throws while it is loaded',
      ['late.mjs'],
      'late.mjs failed to load: nobody caught TypeError: too late',
    ],
    [
      'a module whose promise nobody awaits',
      ['rejects.mjs'],
      'rejects.mjs failed to load: nobody caught lost',
    ],
    ['a module that leaves', ['exits.mjs'], 'exits.mjs called process.exit() while it was loaded'],
    ['the module as output', ['id.mjs', '-o', './id.mjs'], 'cannot write ./id.mjs: it is the module'],
    [
      'help with what there is not',
      ['help', 'nope'],
      'there is no such command to help with; greenpool --help lists all',
    ],
    ['a missing input', ['id.mjs', '-a', 'none.txt'], 'cannot read none.txt: no such file or directory'],
    ['a folder as input', ['id.mjs', '-a', '.'], 'cannot read .: it is a directory'],
    [
      'an output in a missing folder',
      ['id.mjs', '-o', 'none/out'],
      'cannot write none/out: no such file or directory',
    ],
    ['a folder as output', ['id.mjs', '-o', '.'], 'cannot write .: illegal operation on a directory'],
    ['an unknown option', ['id.mjs', '--jbos', '3'], "unknown option '--jbos' (Did you mean --jobs?)"],
    [
      'a wrong number',
      ['id.mjs', '-j', 'many'],
      "option '-j, --jobs <n>' argument 'many' is invalid. It must be a whole number, a share of the processors such as 50%, or +2.",
    ],
  ])('%s: one line on stderr, exit 2, nothing on stdout', async (_what, args, message) => {
    expect(await greenpool.run(args, 'a\n')).toEqual({
      code: 2,
      stdout: '',
      stderr: `greenpool: ${message}\n`,
    });
  });

  test.each([
    ['syntax.ts', /^greenpool: syntax error in syntax\.ts:1:\d+: .*\n$/],
    ['imports-syntax.mjs', /^greenpool: syntax error in syntax\.mjs:3: Unexpected token '='\n$/],
    // Where the proxy is first asked something is up to Node, and then that is what is thrown.
    ['throws-proxy.mjs', /^greenpool: throws-proxy\.mjs failed to load: .+\n$/],
    ['needs.mjs', /^greenpool: needs\.mjs failed to load: Cannot find package 'no-such-package'.*\n$/],
  ])('%s: one line that says where', async (module, message) => {
    const { code, stdout, stderr } = await greenpool.run([module], 'a\n');

    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('no module: short help, exit 2', async () => {
    const { code, stderr } = await greenpool.run([]);

    expect(stderr).toMatch(/^greenpool: no module given\nusage: /);
    expect(code).toBe(2);
  });

  test('a module after the files of -a: the message tells where it went', async () => {
    const { code, stderr } = await greenpool.run(['-a', 'secret.txt', 'id.mjs#default']);

    expect(stderr.split('\n')[0]).toBe(
      'greenpool: no module given: -a took id.mjs#default for an input; put the module first',
    );
    expect(code).toBe(2);
  });

  test.runIf(canShell)('a folder as stdin', async () => {
    expect(await shell(`${cli} id.mjs < .`)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'greenpool: cannot read stdin: it is a directory\n',
    });
  });

  test.runIf(canShell)('stdout that is also an input would feed itself for ever: refused', async () => {
    const { code, stderr } = await shell(`timeout 10 ${cli} id.mjs -a input.ndjson >> input.ndjson`);

    expect(stderr).toBe('greenpool: cannot write stdout: it is also an input\n');
    expect(code).toBe(2);
    expect(readFileSync(greenpool.path('input.ndjson'), 'utf8')).toBe('{"a":1}\n');
  });

  test.runIf(canShell)('an unreadable input, an unwritable output', async () => {
    chmodSync(greenpool.folder, 0o755);
    chmodSync(greenpool.path('secret.txt'), 0o000);

    expect(await greenpool.run(['id.mjs', '-a', 'secret.txt'], '', withoutRights)).toMatchObject({
      code: 2,
      stderr: 'greenpool: cannot read secret.txt: permission denied\n',
    });
    expect(await greenpool.run(['id.mjs', '-o', 'secret.txt'], '', withoutRights)).toMatchObject({
      code: 2,
      stderr: 'greenpool: cannot write secret.txt: permission denied\n',
    });
  });

  test('an output that is also an input is refused before it is emptied', async () => {
    const { code, stderr } = await greenpool.run(['id.mjs', '-a', 'input.ndjson', '-o', './input.ndjson']);

    expect(stderr).toBe('greenpool: cannot write ./input.ndjson: it is also an input\n');
    expect(code).toBe(2);
    expect(readFileSync(greenpool.path('input.ndjson'), 'utf8')).toBe('{"a":1}\n');
  });

  test('the output is not touched when the module or the input is wrong', async () => {
    await greenpool.run(['none.mjs', '-o', 'untouched']);
    await greenpool.run(['id.mjs', '-a', 'none.txt', '-o', 'untouched']);

    expect(existsSync(greenpool.path('untouched'))).toBe(false);
  });

  test('a malformed line is a failed item with its place; the run goes on and ends with 1', async () => {
    const lines = Buffer.concat([
      Buffer.from('{"a":1}\n{"b":\n\n'),
      Buffer.of(0xff, 10),
      Buffer.from('{"c":3}'),
    ]);

    const { code, stdout, stderr } = await greenpool.run(['id.mjs', '-k'], lines);

    expect(stdout).toBe('{"a":1}\n{"c":3}\n');
    expect(stderr).toContain('the line is not valid JSON   line 2, byte 8: {"b":\n');
    expect(stderr).toContain('the line is not valid UTF-8  line 4, byte 15: ');
    expect(stderr).toMatch(/\ngreenpool: 2 done, 2 failed in /);
    expect(code).toBe(1);
  });
});
