import { describe, expect, test } from 'vitest';
import { completionModel } from '../../../../src/cli/completion/completion-model.ts';
import { EXEC_OPTIONS } from '../../../../src/cli/exec-options.ts';
import { RUN_OPTIONS } from '../../../../src/cli/options.ts';
import { createProgram } from '../../../../src/cli/program.ts';
import { NO_VERBS } from '../no-verbs.ts';

const model = completionModel(createProgram(NO_VERBS, '1.2.3'));
const command = (name: string) => model.commands.find((each) => each.name === name)!;
const option = (name: string, of = 'run') => command(of).options.find(({ names }) => names.includes(name));

describe('completionModel', () => {
  test('has every command, and help with their names', () => {
    const names = model.commands.map(({ name }) => name);

    expect(names).toEqual(expect.arrayContaining(['run', 'exec', 'completion', 'help']));
    expect(command('help').words[0]?.choices).toEqual(names.filter((name) => name !== 'help'));
  });

  test.each([
    ['run', RUN_OPTIONS],
    ['exec', EXEC_OPTIONS],
  ])('%s has every option of its table', (name, table) => {
    const flags = Object.values(table).map((row) => row.flags.replace(/ [<[].*/, '').split(', '));

    expect(command(name).options.map(({ names }) => names)).toEqual([...flags, ['-h', '--help']]);
  });

  test('what a word takes is told by its name', () => {
    expect(option('-a')?.value).toEqual({ name: 'file', takes: 'file', choices: [], isVariadic: true });
    expect(option('-o')?.value).toMatchObject({ takes: 'file', isVariadic: false });
    expect(option('--results')?.value).toMatchObject({ takes: 'folder' });
    expect(option('-j')?.value).toMatchObject({ name: 'n', takes: undefined });
    expect(option('-k')?.value).toBeUndefined();
    expect(command('run').words).toMatchObject([{ takes: 'module', isVariadic: false }]);
    expect(command('exec').words).toMatchObject([{ takes: 'program', isVariadic: true }]);
  });

  test('every option and word that is about a path takes one', () => {
    const words = model.commands.flatMap(({ options, words }) => [
      ...options.flatMap(({ value }) => value ?? []),
      ...words,
    ]);

    const isPath = /file|dir|folder|path|module|journal/;
    expect(words.filter(({ name, takes }) => isPath.test(name) && takes === undefined)).toEqual([]);
  });

  test('choices are those of the option, of a long help the first half', () => {
    expect(option('--from')?.value?.choices).toEqual(RUN_OPTIONS.from.choices);
    expect(option('-r')?.help).toBe('try an item that fails n times more');
  });
});
