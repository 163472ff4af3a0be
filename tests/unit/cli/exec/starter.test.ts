import { describe, expect, test } from 'vitest';
import { canUseStarters, scriptFor } from '../../../../src/cli/exec/starter.ts';

const paths = { stdout: "/tmp/it's/1.out", stderr: '/tmp/1.err' };

describe('scriptFor', () => {
  test('every word is quoted', () => {
    expect(scriptFor(['/bin/echo', "it's", '$x\n`y`', ''], paths)).toBe(
      `(exec '/bin/echo' 'it'\\''s' '$x\n\`y\`' '' </dev/null >>'/tmp/it'\\''s/1.out' 2>>'/tmp/1.err')\necho $?\n`,
    );
  });

  test.each([[['echo', 'a']], [['A=b']], [[]], [['/bin/echo', 'x'.repeat(20_000)]]])(
    'a builtin of the shell, an assignment or a very long command is not for it',
    (words) => {
      expect(scriptFor(words, paths)).toBeUndefined();
    },
  );
});

describe.runIf(process.platform !== 'win32')('canUseStarters', () => {
  test('not where the environment has names that a shell drops', () => {
    expect(canUseStarters({ PATH: '/bin', _x1: '' })).toBe(true);
    expect(canUseStarters({ 'odd-name': 'x' })).toBe(false);
    expect(canUseStarters({ 'BASH_FUNC_f%%': '() { :; }' })).toBe(false);
  });
});
