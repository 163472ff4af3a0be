import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXEC_OPTIONS, type ExecOptions } from '../../../src/cli/exec-options.ts';
import { RUN_OPTIONS, type RunOptions } from '../../../src/cli/options.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { NO_VERBS } from './no-verbs.ts';

async function parse(...words: string[]): Promise<{ module: string | undefined; options: RunOptions }> {
  let parsed: { module: string | undefined; options: RunOptions } | undefined;
  const program = createProgram(
    {
      ...NO_VERBS,
      async run(module, options) {
        parsed = { module, options };
      },
    },
    '1.2.3',
  );
  await program.parseAsync(words, { from: 'user' });
  if (parsed === undefined) throw new Error('no command ran');
  return parsed;
}

describe('createProgram', () => {
  test('run is the default command', async () => {
    expect(await parse('check.ts')).toEqual(await parse('run', 'check.ts'));
    expect((await parse('check.ts')).module).toBe('check.ts');
  });

  test('without options the values are those of the table', async () => {
    const initials = Object.entries(RUN_OPTIONS).map(([name, row]) => [name, row.initial]);

    expect((await parse('check.ts')).options).toEqual(Object.fromEntries(initials));
  });

  test('short and long forms say the same', async () => {
    const short = await parse('m.ts', '-j', '4', '-k', '-o', 'out', '-q', '-a', 'x', 'y');
    const long = await parse(
      'm.ts',
      '--jobs=4',
      '--ordered',
      '--output',
      'out',
      '--quiet',
      '--input',
      'x',
      '--input=y',
    );

    expect(long).toEqual(short);
    expect(short.options).toMatchObject({
      jobs: 4,
      ordered: true,
      output: 'out',
      quiet: true,
      input: ['x', 'y'],
    });
  });

  test.each([
    [['m.ts', '--jbos', '4'], "unknown option '--jbos'\n(Did you mean --jobs?)"],
    [['m.ts', '-j', '0'], 'It must be 1 or more.'],
    [['m.ts', '-j', '1.5'], 'It must be a whole number, a share of the processors such as 50%, or +2.'],
    [['m.ts', '-j', '-3'], 'It must be a whole number, a share of the processors such as 50%, or +2.'],
    [['m.ts', '-j'], 'argument missing'],
    [['m.ts', '--from', 'xml'], 'Allowed choices are auto, ndjson, csv, tsv, lines, nul.'],
    [['m.ts', '--to', 'xml'], 'Allowed choices are ndjson, csv, lines, none.'],
    [['m.ts', '--limit', '-1'], 'It must be a whole number, 0 or more.'],
    [['m.ts', '--skip', 'x'], 'It must be a whole number, 0 or more.'],
    [['m.ts', '--total', '1e3'], 'It must be a whole number, 0 or more.'],
    [['m.ts', '--batch', '0'], 'It must be a whole number, 1 or more.'],
    [['m.ts', '--rate', '5'], 'It must be a rate, such as 100/s, 30/m or 1000/h,burst=50.'],
    [['m.ts', '--per', 'host=0'], 'It must be FIELD=N, such as host=4.'],
    [['m.ts', '--timeout', '5'], 'It must be a duration, such as 250ms, 30s or 5m.'],
    [['m.ts', '--retries', '-1'], 'It must be a whole number, 0 or more.'],
    [['m.ts', '--halt', 'soon'], 'It must be never, now,fail=N or soon,fail=N'],
    [['m.ts', 'extra'], 'too many arguments'],
  ])('%j is refused', async (words, message) => {
    const refused = parse(...words);

    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(CommanderError);
  });

  test('the help has every option of the table, under its heading', () => {
    const run = createProgram(NO_VERBS, '1.2.3').commands.find((command) => command.name() === 'run');
    const help = run?.helpInformation() ?? '';

    for (const { flags, group } of Object.values(RUN_OPTIONS)) {
      expect(help.indexOf(`  ${flags}`)).toBeGreaterThan(help.indexOf(`${group}:`));
    }
  });
});

describe('greenpool exec', () => {
  const parseExec = async (...words: string[]) => {
    let parsed: { words: readonly string[]; options: ExecOptions } | undefined;
    const exec = async (given: readonly string[], options: ExecOptions) => {
      parsed = { words: given, options };
    };
    const program = createProgram({ ...NO_VERBS, exec }, '1.2.3');
    await program.parseAsync(['exec', ...words], { from: 'user' });
    if (parsed === undefined) throw new Error('no command ran');
    return parsed;
  };

  test('what follows the command is its own, with -- before it and without', async () => {
    const words = ['grep', '-q', '-j', '3', '--', 'x', '-a'];
    const marked = await parseExec('-j', '2', '--', ...words);

    expect(marked.words).toEqual(words);
    expect(marked.options).toMatchObject({ jobs: 2, quiet: false });
    expect(await parseExec('-j', '2', ...words)).toEqual(marked);
  });

  test('without options the values are those of its table', async () => {
    const initials = Object.entries(EXEC_OPTIONS).map(([name, row]) => [name, row.initial]);

    expect((await parseExec('--', 'echo')).options).toEqual(Object.fromEntries(initials));
  });

  test('shares the rows of a run', () => {
    const inputs = ['input', 'from', 'skip', 'limit', 'total'] as const;
    const outputs = ['ordered', 'output', 'failed', 'progress', 'quiet'] as const;
    for (const name of [...inputs, 'jobs', ...outputs] as const) {
      expect(EXEC_OPTIONS[name]).toBe(RUN_OPTIONS[name]);
    }
  });
});

describe('greenpool report and status', () => {
  test('take the folder of a journal and options of their own', async () => {
    const parsed: unknown[] = [];
    const take = async (...given: unknown[]): Promise<void> => void parsed.push(given);
    const program = () => createProgram({ ...NO_VERBS, report: take, status: take }, '1.2.3');
    await program().parseAsync(['report', 'run.gpj', '--format', 'csv', '-o', 'r.csv'], { from: 'user' });
    await program().parseAsync(['report', 'run.gpj'], { from: 'user' });
    await program().parseAsync(['status', 'run.gpj', '--json'], { from: 'user' });

    expect(parsed).toEqual([
      ['run.gpj', { format: 'csv', output: 'r.csv' }],
      ['run.gpj', { format: 'text', output: undefined }],
      ['run.gpj', { json: true }],
    ]);
  });
});
