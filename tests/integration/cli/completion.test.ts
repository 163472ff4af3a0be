import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  'check.ts': '',
  'twice.mjs': '',
  'two words.js': '',
  'people.csv': '',
  'folder/inner.ts': '',
});

const FILES = ['check.ts', 'folder', 'people.csv', 'twice.mjs', 'two words.js'];
const MODULES = ['check.ts', 'folder', 'twice.mjs', 'two words.js'];

const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout, stderr } = await greenpool.run(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    scripts[shell] = stdout;
    writeFileSync(greenpool.path(`.script.${shell}`), stdout);
  }
});

const hasShell = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash offers for the last of `words`. */
function bash(...words: string[]): string[] {
  const script = `
    source .script.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _greenpool
    if ((\${#COMPREPLY[@]})); then printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
  const options = { cwd: greenpool.folder, encoding: 'utf8' } as const;
  const output = execFileSync('bash', ['-c', script, 'bash', 'greenpool', ...words], options);
  return [...new Set(output.split('\n').filter((line) => line !== '' && !line.startsWith('.')))].sort();
}

describe('bash', () => {
  test('the first word is a command or a module', () => {
    expect(bash('')).toEqual(expect.arrayContaining(['run', 'exec', 'completion', 'help', ...MODULES]));
    expect(bash('')).not.toContain('people.csv');
    expect(bash('ru')).toEqual(['run']);
  });

  test('run takes a module, and only one', () => {
    expect(bash('run', '')).toEqual(MODULES);
    expect(bash('run', 'folder/')).toEqual(['folder/inner.ts']);
    expect(bash('run', 'check.ts', '')).toEqual([]);
    expect(bash('run', '-j', '4', '-k', '')).toEqual(MODULES);
  });

  test('options are those of the command, without a name those of run', () => {
    expect(bash('run', '--ret')).toEqual(['--retries', '--retry-on']);
    expect(bash('check.ts', '--ret')).toEqual(bash('run', '--ret'));
    expect(bash('exec', '--ta')).toEqual(['--tag']);
    expect(bash('--vers')).toEqual(['--version']);
    expect(bash('run', '--tag')).toEqual([]);
  });

  test('choices, also behind an equals sign', () => {
    expect(bash('run', '--from', 'n')).toEqual(['ndjson', 'nul']);
    // As bash splits the words, and as it does where = is no break.
    expect(bash('run', '--from', '=', 'n')).toEqual(['ndjson', 'nul']);
    expect(bash('run', '--from', '=')).toEqual(bash('run', '--from', ''));
    expect(bash('run', '--from=n')).toEqual(['--from=ndjson', '--from=nul']);
    expect(bash('run', '--per', 'host', '=', '4', '')).toEqual(MODULES);
  });

  test('files and folders for options that take them', () => {
    expect(bash('check.ts', '-a', '')).toEqual(FILES);
    expect(bash('check.ts', '-a', 'people.csv', '')).toEqual(FILES);
    expect(bash('check.ts', '-a', 'people.csv', '--ord')).toEqual(['--ordered']);
    expect(bash('check.ts', '-o', '')).toEqual(FILES);
    expect(bash('check.ts', '--results', '')).toEqual(['folder']);
    expect(bash('check.ts', '-j', '')).toEqual([]);
  });

  test('exec takes a program, whose words are files', () => {
    expect(bash('exec', '-j', '4', '--', 'print')).toContain('printf');
    expect(bash('exec', '--', 'grep', '-q', 'peo')).toEqual(['people.csv']);
    expect(bash('exec', 'grep', '--ord')).toEqual([]);
  });

  test('items are files', () => {
    expect(bash('check.ts', ':::', 'people.csv', '')).toEqual(FILES);
  });

  test('help and completion take what they are about', () => {
    expect(bash('help', 'e')).toEqual(['exec']);
    expect(bash('completion', '')).toEqual(['bash', 'fish', 'zsh']);
  });
});

describe('zsh', () => {
  test('has a function for every command, and what each option takes; zsh reads it, where there is one', () => {
    const script = scripts.zsh ?? '';

    expect(script.split('\n', 1)).toEqual(['#compdef greenpool']);
    for (const name of ['run', 'exec', 'completion', 'help', 'default']) {
      expect(script).toContain(`_greenpool_${name}() {`);
    }
    expect(script).toMatch(/^ {4}'\(--from\)--from=\[.*\]:format:\(auto ndjson csv tsv lines nul\)' \\$/m);
    expect(script).toMatch(/^ {4}'\*-a\[.*\]:\*-\*:file:_files' \\$/m);
    expect(script).toMatch(/^ {4}'1:module:_greenpool_modules'$/m);
    expect(unquoted(script)).not.toMatch(/'/);
    if (hasShell('zsh')) {
      const { status, stderr } = spawnSync('zsh', ['-n', '.script.zsh'], {
        cwd: greenpool.folder,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
  });
});

describe('fish', () => {
  test('has a line for every command and option; fish completes by it, where there is one', () => {
    const script = scripts.fish ?? '';

    expect(script).toMatch(/^complete -c greenpool -n __greenpool_first -a exec -d '/m);
    expect(script).toMatch(/^complete -c greenpool -n '__greenpool_at run' -s a -l input -r -F -d '/m);
    expect(script).toMatch(/ -l from -r -f -a 'auto ndjson csv tsv lines nul' -d '/);
    expect(script).toMatch(
      /^complete -c greenpool -n '__greenpool_at run 0' -f -a '\(__greenpool_modules\)'$/m,
    );
    expect(unquoted(script)).not.toMatch(/'/);
    if (hasShell('fish')) {
      const fish = (line: string): string[] => {
        const command = `source .script.fish; complete -C '${line}'`;
        const output = execFileSync('fish', ['-c', command], { cwd: greenpool.folder, encoding: 'utf8' });
        return output
          .split('\n')
          .flatMap((each) => (each === '' ? [] : [each.replace(/\t.*/, '')]))
          .sort();
      };

      expect(fish('greenpool run --from n')).toEqual(['ndjson', 'nul']);
      expect(fish('greenpool run ')).toEqual(['check.ts', 'folder/', 'twice.mjs', 'two words.js']);
      expect(fish('greenpool check.ts -a people.csv ')).toContain('people.csv');
      expect(fish('greenpool exec -- grep peo')).toEqual(['people.csv']);
      expect(fish('greenpool check.ts ::: peo')).toEqual(['people.csv']);
      expect(fish('greenpool help e')).toEqual(['exec']);
    }
  });
});

/** A script without its comments and all that stands in single quotes: what is left of a quote is open. */
function unquoted(script: string): string {
  return script.replace(/^\s*#.*$/gm, '').replace(/'[^'\n]*'/g, '');
}

describe('greenpool completion', () => {
  test('of a shell there is not: exit 2, and the three', async () => {
    const { code, stdout, stderr } = await greenpool.run(['completion', 'ksh']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("'ksh' is invalid");
    expect(stderr).toContain('bash, zsh, fish');
  });

  test('without a shell: exit 2, and what to give', async () => {
    expect(await greenpool.run(['completion'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'greenpool: no shell given; try greenpool completion bash, greenpool completion zsh, greenpool completion fish\n',
    });
  });

  test('its help has the line to install it with, for each', async () => {
    const { stdout } = await greenpool.run(['completion', '--help']);

    for (const shell of ['bash', 'zsh', 'fish']) {
      expect(stdout).toMatch(new RegExp(`^  \\$ .*greenpool completion ${shell}\\b.*(>|>>) ~/`, 'm'));
    }
  });
});
