import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const rounds = 10;
const tasksPerRound = 100_000;

/** A package of the sources as they are now, so that the program runs on what is being tested and as users run it. */
function buildPackage(folder: string): void {
  const src = join(root, 'src');
  const { compilerOptions } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, module: 'esnext' }, root);
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.startsWith('cli')) continue;
    const code = readFileSync(join(src, name), 'utf8');
    const { outputText } = ts.transpileModule(code, { compilerOptions: options, fileName: name });
    const target = join(folder, 'dist', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(here, 'endurance'), join(folder, 'endurance'), { recursive: true });
}

describe('a program that starts a million green threads', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'greenpool-endurance-'));
    buildPackage(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('leaves no slot taken, no caller queued, no timer, no listener and no memory behind', async () => {
    const args = ['--expose-gc', 'endurance/program.mjs', `--tasks=${tasksPerRound}`, `--rounds=${rounds}`];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
      // The counts of a run that has failed say why.
      (error: { stdout: string; stderr: string }) => error,
    );

    expect(stderr).toBe('');
    const counts = JSON.parse(stdout);
    console.log(stdout.trim());
    expect(counts.wrong).toEqual([]);
    expect(counts).toMatchObject({ listeners: 0, timers: 0 });
    expect(counts.tasks).toBeGreaterThanOrEqual(rounds * tasksPerRound);
    // Ten seconds on one idle core; the other files of a full run compete for it.
  }, 90_000);
});
