import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The main file of the command line, translated for this run of the tests. */
    readonly greenpoolMain: string;
  }
}

const root = resolve(import.meta.dirname, '../..');

/** Translates the sources for all test files of a run, beside the real build, which others may be reading. */
export default function setup(project: TestProject): () => void {
  const built = join(root, 'tmp', `cli-${process.pid}`);
  translate(built);
  project.onTestsRerun(() => translate(built));
  project.provide('greenpoolMain', join(built, 'dist/cli/main.js'));
  return () => rmSync(built, { recursive: true, force: true });
}

// One file at a time and without checking types: the build does that, and this is ten times as fast.
function translate(target: string): void {
  translateFolder(join(root, 'src'), join(target, 'dist'));
  // Tasks that tests run in threads find the library by its name, as those of a user do.
  translateFolder(join(root, 'tests/integration/threads/tasks'), join(target, 'tasks'));
  cpSync(join(root, 'package.json'), join(target, 'package.json'));
}

function translateFolder(source: string, target: string): void {
  const options = { ...readBaseOptions(), rewriteRelativeImportExtensions: true };
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const output = join(target, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(output), { recursive: true });
    const text = readFileSync(join(source, name), 'utf8');
    writeFileSync(output, ts.transpileModule(text, { fileName: name, compilerOptions: options }).outputText);
  }
}

function readBaseOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  // CommonJS or not is decided by the name of a file on disk, which a single translation does not see.
  return {
    ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options,
    module: ts.ModuleKind.ESNext,
  };
}
