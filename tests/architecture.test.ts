// The rules that no single file can keep alone: who may import whom, what is public, how big a file gets.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(sep).join('/'))
  .sort();
const read = (name: string): string => readFileSync(join(src, name), 'utf8');
const parse = (name: string): ts.SourceFile =>
  ts.createSourceFile(name, read(name), ts.ScriptTarget.Latest, true);
const sources = new Map(files.map((name) => [name, parse(name)]));

/** What each layer may import, besides itself. A layer is a folder of src, or a file directly in it. */
const layers: Record<string, readonly string[]> = {
  'errors.ts': [],
  primitives: ['errors.ts'],
  core: ['errors.ts', 'primitives'],
  testing: ['errors.ts', 'primitives', 'core'],
  'index.ts': ['errors.ts', 'primitives', 'core'],
  loader: [],
  threads: ['errors.ts', 'primitives', 'core', 'loader'],
  cli: ['errors.ts', 'primitives', 'core', 'index.ts', 'loader', 'threads'],
};
const layerOf = (name: string): string => name.split('/')[0] ?? name;

/** These stand on nothing: the core also runs in browsers. */
const bare = new Set(['errors.ts', 'primitives', 'core', 'testing', 'index.ts']);

/** Every public name of every door. A change here is a change of the public API. */
const doors: Record<string, readonly string[]> = {
  'index.ts': [
    ...['BoundedSemaphore', 'Clock', 'defineTasks', 'Empty', 'ErrorCode', 'Event', 'FailureInfo'],
    ...['Full', 'getcurrent'],
    ...['GreenletExit', 'GreenMap', 'GreenPile', 'GreenPileOptions', 'GreenPool', 'GreenPoolOptions'],
    ...['GreenpoolError', 'GreenThread', 'LifoQueue', 'PerKeyOptions', 'Permit', 'PoolClosedError'],
    ...['PoolDeadlockError', 'PoolStats', 'PriorityQueue', 'PriorityQueueOptions', 'Queue', 'RateOptions'],
    ...['ResourcePool', 'ResourcePoolOptions', 'RetryOptions', 'Semaphore', 'sleep', 'spawn', 'spawnAfter'],
    ...['spawnN', 'ThreadState', 'Timeout', 'Timer', 'WaitOptions', 'WithOptions', 'withTimeout'],
  ],
  'threads/index.ts': [
    'ExecutorError',
    'ThreadLimits',
    'ThreadPool',
    'ThreadPoolOptions',
    'ThreadStream',
    'transfer',
  ],
  'testing/index.ts': ['Deferred', 'deferred', 'ManualClock', 'Sequencer', 'settle'],
};

const place = (source: ts.SourceFile, position: number): string =>
  `src/${source.fileName}:${source.getLineAndCharacterOfPosition(position).line + 1}`;

/** Every node of every source for which `found` holds, as file:line. */
function places(found: (node: ts.Node, source: ts.SourceFile) => boolean): string[] {
  const hits: string[] = [];
  for (const source of sources.values()) {
    const visit = (node: ts.Node): void => {
      if (found(node, source)) hits.push(place(source, node.getStart(source)));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return hits;
}

/** Every specifier that a file imports or re-exports: static, dynamic and in types. */
function imports(name: string): string[] {
  return ts.preProcessFile(read(name), true, true).importedFiles.map((file) => file.fileName);
}

describe('src', () => {
  test('has sources', () => {
    expect(files).not.toEqual([]);
  });

  test('every file lies in a layer that the list names', () => {
    expect(files.filter((name) => layers[layerOf(name)] === undefined)).toEqual([]);
  });

  test.each(files)('%s imports only from the layers below it', (name) => {
    const layer = layerOf(name);
    const allowed = [layer, ...(layers[layer] ?? [])];

    const targets = imports(name)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) =>
        relative(src, resolve(src, dirname(name), specifier))
          .split(sep)
          .join('/'),
      );

    expect(targets.filter((target) => !allowed.includes(layerOf(target)))).toEqual([]);
    expect(targets.filter((target) => !sources.has(target))).toEqual([]);
  });

  test('the library imports no package and no module of Node', () => {
    const foreign = files
      .filter((name) => bare.has(layerOf(name)))
      .flatMap((name) => imports(name).map((specifier) => `${name}: ${specifier}`))
      .filter((line) => !/: \.\.?\//.test(line));

    expect(foreign).toEqual([]);
  });

  test('the rest imports Node and the packages that package.json allows it, nothing else', () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'peerDependencies', Record<string, string>>;
    const allowed: Record<string, readonly string[]> = {
      cli: Object.keys(dependencies),
      loader: ['jiti'],
      threads: Object.keys(peerDependencies),
    };
    const packageOf = (specifier: string): string => specifier.replace(/^(@[^/]+\/)?([^/]+).*/, '$1$2');

    const foreign = files
      .filter((name) => !bare.has(layerOf(name)))
      .flatMap((name) => imports(name).map((specifier) => ({ name, specifier })))
      .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .filter(({ name, specifier }) => !allowed[layerOf(name)]?.includes(packageOf(specifier)));

    expect(foreign).toEqual([]);
  });

  test('only primitives/clock.ts reads the time or sets timers', () => {
    const timers = new Set(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance']);

    const hits = places((node, source) => {
      if (layerOf(source.fileName) === 'cli' || source.fileName === 'primitives/clock.ts') return false;
      if (!ts.isIdentifier(node)) return false;
      const isDateNow = node.text === 'Date' && node.parent.getText(source) === 'Date.now';
      const isFree = !ts.isPropertyAccessExpression(node.parent) || node.parent.expression === node;
      return isDateNow || (timers.has(node.text) && isFree && ts.isExpression(node.parent));
    });

    expect(hits).toEqual([]);
  });

  test('no file is longer than 300 lines', () => {
    const long = files.map((name) => `${read(name).split('\n').length - 1} ${name}`);

    expect(long.filter((line) => Number.parseInt(line, 10) > 300)).toEqual([]);
  });

  test('no file is called after nothing', () => {
    expect(files.filter((name) => /(^|\/)(utils?|helpers?|common|misc)\.ts$/.test(name))).toEqual([]);
  });

  test('nothing is typed any', () => {
    expect(places((node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
  });

  test('nothing is asserted with an exclamation mark', () => {
    const isAsserted = (node: ts.Node): boolean =>
      ts.isNonNullExpression(node) ||
      ((ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) &&
        node.exclamationToken !== undefined);

    expect(places(isAsserted)).toEqual([]);
  });

  test('every cast has a comment beside it or in the four lines above', () => {
    const hits = places((node, source) => {
      if (!ts.isAsExpression(node) || ts.isConstTypeReference(node.type)) return false;
      const lines = source.text.split('\n');
      const { line } = source.getLineAndCharacterOfPosition(node.type.getStart(source));
      const first = source.getLineAndCharacterOfPosition(statementOf(node).getStart(source)).line;
      return !lines.slice(Math.max(0, first - 4), line + 1).some((text) => /\/\/|\*\/|^\s*\*/.test(text));
    });

    expect(hits).toEqual([]);
  });

  test('nothing is left to do', () => {
    const hits = files.flatMap((name) =>
      read(name)
        .split('\n')
        .flatMap((line, index) =>
          /\b(TODO|FIXME|XXX|HACK)\b/.test(line) ? [`src/${name}:${index + 1}`] : [],
        ),
    );

    expect(hits).toEqual([]);
  });

  test.each(['core', 'primitives'])('%s has its share of comments', (layer) => {
    const shares = files.filter((name) => layerOf(name) === layer).map(commentLines);
    const comments = shares.reduce((sum, { comment }) => sum + comment, 0);
    const lines = shares.reduce((sum, { all }) => sum + all, 0);
    const share = comments / lines;
    process.stdout.write(
      `comment share of src/${layer}: ${share.toFixed(2)} of ${lines} lines (aim 0.25 to 0.40)\n`,
    );

    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.5);
  });
});

describe('the doors', () => {
  test('package.json opens exactly these', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };

    const opened = Object.values(exports).flatMap((door: string | { default: string }) =>
      typeof door === 'string' ? [] : [door.default.replace('./dist/', '').replace(/\.js$/, '.ts')],
    );

    expect(opened.sort()).toEqual(Object.keys(doors).sort());
  });

  test.each(Object.entries(doors))('%s exports exactly the names listed', (door, names) => {
    const listed = new Intl.Collator('en');

    expect(publicNames(door).sort(listed.compare)).toEqual([...names].sort(listed.compare));
  });

  test('greenpool has at most 41 public names', () => {
    expect(publicNames('index.ts').length).toBeLessThanOrEqual(41);
  });

  test('index.ts only re-exports, by name', () => {
    const statements = sources.get('index.ts')?.statements ?? [];

    expect(statements.every((node) => ts.isExportDeclaration(node) && node.exportClause !== undefined)).toBe(
      true,
    );
  });
});

describe('tests', () => {
  const found = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => !name.includes('node_modules/'));

  test('every test file lies where a runner looks for it', () => {
    // The patterns of vitest.config.ts, scripts/test-types.mjs and scripts/test-package.mjs.
    const looked = [
      /^((unit|property|mutants|integration|examples)\/.*|[^/]*)\.test\.ts$/,
      /^types\/[^/]*\.test-d\.ts$/,
      /^package\/[^/]*\.test\.mjs$/,
    ];

    const lost = found
      .filter((name) => /\.(test|test-d|spec)\.[a-z]+$/.test(name))
      .filter((name) => !looked.some((pattern) => pattern.test(name)));

    expect(lost).toEqual([]);
  });

  test.each(['unit', 'property', 'integration', 'types', 'package'])('tests/%s has tests', (folder) => {
    const tests = found.filter(
      (name) => name.startsWith(`${folder}/`) && /\.test(-d)?\.(ts|mjs)$/.test(name),
    );

    expect(tests).not.toEqual([]);
  });

  test('unit and property tests neither mock modules nor wait by the clock', () => {
    const waits = found
      .filter((name) => /^(unit|property)\/.*\.ts$/.test(name))
      .flatMap((name) => {
        const lines = readFileSync(join(root, 'tests', name), 'utf8').split('\n');
        return lines.flatMap((line, index) =>
          /\bsetTimeout\(|\bvi\.mock\b|\bnode:timers\b/.test(line) ? [`tests/${name}:${index + 1}`] : [],
        );
      });

    expect(waits).toEqual([]);
  });
});

function statementOf(node: ts.Node): ts.Node {
  let up = node;
  while (!ts.isStatement(up) && !ts.isClassElement(up) && !ts.isSourceFile(up.parent)) up = up.parent;
  return up;
}

/** The names a door exports, read from its export clauses: a door holds no `export *`. */
function publicNames(door: string): string[] {
  const names: string[] = [];
  for (const node of sources.get(door)?.statements ?? []) {
    if (ts.isExportDeclaration(node)) {
      if (node.exportClause !== undefined && ts.isNamedExports(node.exportClause)) {
        names.push(...node.exportClause.elements.map((element) => element.name.text));
      } else names.push('*');
    } else if (
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)
    ) {
      names.push((node as { name?: ts.Identifier }).name?.text ?? '(an export with no name)');
    }
  }
  return names;
}

/** How many non-blank lines a file has, and how many of them hold nothing but comment. */
function commentLines(name: string): { comment: number; all: number } {
  let inside = false;
  let comment = 0;
  let all = 0;
  for (const line of read(name)
    .split('\n')
    .map((text) => text.trim())) {
    if (line === '') continue;
    all += 1;
    const starts = line.startsWith('/*');
    if (inside || starts || line.startsWith('//')) comment += 1;
    if (starts || inside) inside = !line.includes('*/');
  }
  return { comment, all };
}
