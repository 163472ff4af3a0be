import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findCommand } from '../../../../src/cli/exec/command-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenpool-path-'));
const file = (name: string, mode: number): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), '');
  chmodSync(join(folder, name), mode);
};
file('one/tool', 0o644);
file('two/tool', 0o755);
file('one/plain', 0o644);
mkdirSync(join(folder, 'one/folder'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = `${folder}/one:${folder}/two`;

describe.runIf(process.platform !== 'win32')('findCommand', () => {
  test('the first of PATH that can be executed', () => {
    expect(findCommand('tool', path)).toBe(`${folder}/two/tool`);
  });

  test('a path is taken as it is', () => {
    expect(findCommand(`${folder}/two/../two/tool`, '')).toBe(`${folder}/two/../two/tool`);
  });

  test.each([
    ['plain', 126, 'plain is not executable'],
    [`${folder}/one`, 126, 'is not executable'],
    ['folder', 127, 'command not found: folder'],
    ['nothing', 127, 'command not found: nothing'],
    ['', 127, 'command not found: '],
    ['./nothing', 127, 'command not found: ./nothing'],
    [`${folder}/one/plain/x`, 127, 'command not found'],
  ])('%s: exit %i', (command, exitCode, message) => {
    expect(() => findCommand(command, path)).toThrow(
      expect.objectContaining({ exitCode, message: expect.stringContaining(message) }),
    );
  });
});
