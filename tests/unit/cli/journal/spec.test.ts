import { describe, expect, test } from 'vitest';
import { compareSpec, type RunSpec } from '../../../../src/cli/journal/spec.ts';

const spec: RunSpec = {
  verb: 'run',
  module: '/w/check.ts',
  hash: 'h1',
  export: 'default',
  options: { ordered: false, from: 'ndjson', key: null, batch: 10 },
};

describe('compareSpec', () => {
  test('finds nothing in the same run', () => {
    expect(compareSpec(spec, structuredClone(spec))).toEqual([]);
  });

  test('names what differs', () => {
    const current = {
      ...spec,
      hash: 'h2',
      export: 'thumbnail',
      options: { ordered: true, from: 'lines', key: 'id', batch: 10 },
    };

    expect(compareSpec(spec, current)).toEqual([
      'the export was default and is thumbnail',
      '/w/check.ts has changed',
      '--from was ndjson and is lines',
      '--key was not set and is id',
      '--ordered was not set and is set',
    ]);
  });

  test('another module is told once', () => {
    expect(compareSpec(spec, { ...spec, module: '/w/b.ts', hash: 'h3' })).toEqual([
      'the module was /w/check.ts and is /w/b.ts',
    ]);
  });

  test('an option that a newer version added counts as not set before', () => {
    const { batch: _, ...options } = spec.options;

    expect(compareSpec({ ...spec, options }, spec)).toEqual(['--batch was not set and is 10']);
    expect(compareSpec({ ...spec, options: { ...spec.options, tag: false } }, spec)).toEqual([]);
  });
});
