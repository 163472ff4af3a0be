// Every `ts` block of README.md and docs/, and every @example of src, compiles and runs.
//
//   ```ts          compiled and run
//   ```ts no-run   only compiled: it needs a network, never ends, or shows an error
//   ```js          not looked at: code for another library
//
// A block is a module of its own. It need not import what `greenpool`, `greenpool/testing` and
// tests/docs-prelude.ts export.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

interface Block {
  /** file:line of the first line of code. */
  readonly place: string;
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly runs: boolean;
}

const root = resolve(import.meta.dirname, '..');
const prelude = join(root, 'tests', 'docs-prelude.ts');
// Inside the tests, so that the blocks find `greenpool` the way the tests do; ignored by git and by the linters.
const folder = join(root, 'tests', '.docs-blocks', String(process.pid));

const under = (path: string, ending: string): string[] =>
  readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(path, name));

const isGenerated = (name: string): boolean => name.startsWith(join('docs', 'api'));
const pages = ['README.md', ...under('docs', '.md').filter((name) => !isGenerated(name))];
const inPages = pages.flatMap((file) => fenced(file, readFileSync(join(root, file), 'utf8'), 1));
const inSources = under('src', '.ts').flatMap(examples);
const blocks = [...inPages, ...inSources];

const names = {
  greenpool: exportsOf(join(root, 'src', 'index.ts')),
  'greenpool/threads': exportsOf(join(root, 'src', 'threads', 'index.ts')),
  'greenpool/testing': exportsOf(join(root, 'src', 'testing', 'index.ts')),
  [prelude]: exportsOf(prelude),
};

describe('documentation', () => {
  test('README.md has examples', () => {
    expect(inPages.filter((block) => block.file === 'README.md')).not.toEqual([]);
  });

  test('the sources have examples', () => {
    expect(inSources).not.toEqual([]);
  });

  test('every example compiles', () => {
    expect(diagnostics()).toEqual([]);
  });

  test.each(pages)('%s links to files that exist', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));

    const missing = local.filter((target) => !ts.sys.fileExists(join(root, dirname(file), target)));

    // docs/api is generated, so it is not there in a fresh checkout.
    expect(missing.filter((target) => !/(^|\/)api\//.test(target) && !isFolder(file, target))).toEqual([]);
  });
});

describe('examples run', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(blocks.filter((block) => block.runs).map((block, index) => ({ ...block, index })))(
    '$place',
    async (block) => {
      const file = join(folder, `block-${block.index}.ts`);
      writeFileSync(file, moduleOf(block, `${pathToFileURL(prelude).pathname}?block=${block.index}`));

      await import(/* @vite-ignore */ file);
    },
    10_000,
  );
});

/** The `ts` blocks of one Markdown text that starts at line `first` of its file. */
function fenced(file: string, text: string, first: number): Block[] {
  const found: Block[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^(\s*)```(\S*)\s*(.*)$/.exec(lines[index] ?? '');
    if (opening === null) continue;
    const [, indent = '', language, words] = opening;
    const start = index + 1;
    do index += 1;
    while (index < lines.length && !/^\s*```\s*$/.test(lines[index] ?? ''));
    if (language !== 'ts') continue;
    const code = lines
      .slice(start, index)
      .map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))));
    found.push(block(file, first + start, code, !words?.split(/\s+/).includes('no-run')));
  }
  return found;
}

/** The @example blocks of one source file: fenced as on a page, or plain code. */
function examples(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Block[] = [];
  for (const { 0: comment, index } of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const start = text.slice(0, index).split('\n').length;
    const lines = comment
      .replace(/\*\/$/, '')
      .split('\n')
      .map((line) => line.replace(/^\s*(\/\*\*|\*) ?/, ''));
    for (let at = 0; at < lines.length; at += 1) {
      if (!/^@example\b/.test(lines[at] ?? '')) continue;
      const end = lines.findIndex((line, other) => other > at && /^@[a-zA-Z]+\b/.test(line));
      const body = lines.slice(at + 1, end === -1 ? undefined : end);
      if (body.some((line) => /^\s*```/.test(line)))
        found.push(...fenced(file, body.join('\n'), start + at + 1));
      else found.push(block(file, start + at + 1, body, true));
    }
  }
  return found;
}

function block(file: string, line: number, lines: readonly string[], runs: boolean): Block {
  return { place: `${file}:${line}`, file, line, code: lines.join('\n').trimEnd(), runs };
}

/** The block as a module, its imports on the first line, so that line n of the block is line n + 1 of the module. */
function moduleOf(block: Block, preludePath: string): string {
  const declared = declaredIn(block.code);
  const lines = Object.entries(names).map(([from, exported]) => {
    const used = exported.filter(
      ({ name }) => new RegExp(`\\b${name}\\b`).test(block.code) && !declared.has(name),
    );
    const specifiers = used.map(({ name, isType }) => (isType ? `type ${name}` : name)).join(', ');
    const path = from === prelude ? preludePath : from;
    return specifiers === '' ? '' : `import { ${specifiers} } from '${path}';`;
  });
  return `${lines.join(' ')} export {};\n${block.code}\n`;
}

/** Names that a block imports, or declares at any depth. */
function declaredIn(code: string): Set<string> {
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isNamed =
      ts.isImportSpecifier(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isBindingElement(node);
    if (isNamed && node.name !== undefined && ts.isIdentifier(node.name)) declared.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true));
  return declared;
}

/** What a module exports: from its syntax alone, so that this also works while the sources do not compile. */
function exportsOf(file: string): { name: string; isType: boolean }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((node) => {
    if (
      ts.isExportDeclaration(node) &&
      node.exportClause !== undefined &&
      ts.isNamedExports(node.exportClause)
    ) {
      const { isTypeOnly } = node;
      return node.exportClause.elements.map((e) => ({
        name: e.name.text,
        isType: isTypeOnly || e.isTypeOnly,
      }));
    }
    if (!ts.canHaveModifiers(node)) return [];
    if (!ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return [];
    const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.map(({ name }) => ({
        name: name.getText(source),
        isType: false,
      }));
    }
    if (isType || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
      return node.name === undefined ? [] : [{ name: node.name.text, isType }];
    }
    return [];
  });
}

/** One program over all blocks; the errors, each at the line of the page that it is on. */
function diagnostics(): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: true, noImplicitReturns: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const modules = new Map(
    blocks.map((block, index) => [
      join(folder, `block-${index}.ts`),
      { block, text: moduleOf(block, '../../docs-prelude.ts') },
    ]),
  );
  const options = config?.options ?? {};
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => modules.has(resolve(name)) || fileExists(name);
  host.readFile = (name) => modules.get(resolve(name))?.text ?? ts.sys.readFile(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const made = modules.get(resolve(name));
    if (made === undefined) return getSourceFile(name, languageVersion, ...rest);
    return ts.createSourceFile(name, made.text, languageVersion, true);
  };
  const program = ts.createProgram([...modules.keys()], options, host);
  return [...modules].flatMap(([name, { block }]) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 1) - 1 + block.line;
      return `${relative('.', block.file)}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

function isFolder(file: string, target: string): boolean {
  return ts.sys.directoryExists(join(root, dirname(file), target));
}
