import { describe, expect, test } from 'vitest';
import { checkPlaces } from '../../../../src/cli/commands/check-places.ts';
import type { SessionOptions } from '../../../../src/cli/options.ts';
import { thrown } from '../../../support/rejection.ts';

function checking(options: Partial<SessionOptions>, sources: readonly string[] = []): () => void {
  const inUse = {
    sources: sources.map((name) => ({ name, stats: undefined, open: () => process.stdin })),
    module: '/w/check.mjs',
  };
  // What is not given is not looked at.
  return () => checkPlaces({ to: 'ndjson', output: '-', ...options } as SessionOptions, inUse);
}

describe('checkPlaces', () => {
  test.each<Partial<SessionOptions>>([
    { output: '/w/j/log-000001.ndjson' },
    { failed: '/w/j/meta.json' },
    { summary: '/w/j/more/meta.json' },
    { results: '/w/j' },
  ])('nothing is written into the journal: %j', (options) => {
    const [path] = Object.values(options);
    expect(thrown(checking({ journal: '/w/j', ...options }))).toMatchObject({
      exitCode: 2,
      message: `cannot write ${String(path)}: it is in the journal`,
    });
  });

  test('a journal beside them is none of their business', () => {
    const options = { journal: '/w/j', output: '/w/j.ndjson', failed: '/w/j2', results: '/w/r' };
    expect(checking(options)).not.toThrow();
  });

  test('a folder of results has no file of the run that one could replace', () => {
    expect(thrown(checking({ results: '/w' }, ['/w/1.json']))).toMatchObject({
      exitCode: 2,
      message: '--results /w needs a folder of its own: /w/1.json is in it',
    });
    expect(thrown(checking({ results: '/w', summary: '/w/end.json' }))).toMatchObject({ exitCode: 2 });
    expect(checking({ results: '/w' }, ['/w/in.ndjson', '/other/1.json'])).not.toThrow();
  });
});
