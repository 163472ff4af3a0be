import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Every behaviour observed on eventlet that has a verdict for greenpool. */
const ids = [
  ...['P01', 'P03', 'P05', 'P07', 'P10', 'W01', 'W03', 'W05', 'W07', 'C01', 'C03', 'C10', 'R02', 'R06'],
  ...['M01', 'M03', 'M06', 'M10', 'M12', 'M15', 'M18', 'L01', 'L03', 'L06', 'L10'],
  ...['G04', 'G08', 'G13', 'G18', 'T03', 'Q02', 'Q04', 'E01', 'O01'],
];

test('each of the 34 observed behaviours has exactly one scenario', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const sources = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));

  const told = sources.flatMap((source) => [...source.matchAll(/^ {2}scenario\(\s*'(\w+)',/gm)]);

  expect(told.map((match) => match[1]).sort()).toEqual(ids.sort());
  expect(ids).toHaveLength(34);
});
