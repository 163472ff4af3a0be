import { describe, expect, test } from 'vitest';
import { commandPreview } from '../../../../src/cli/dry-run/command-preview.ts';
import { itemPreview, type Preview } from '../../../../src/cli/dry-run/preview.ts';
import { Survey } from '../../../../src/cli/dry-run/survey.ts';
import { ArgumentTemplate } from '../../../../src/cli/exec/argument-template.ts';
import { InputLineError } from '../../../../src/cli/input/formats.ts';
import { ItemLimits, type LimitOptions } from '../../../../src/cli/limits/item-limits.ts';

function survey(values: readonly unknown[], preview: Preview, limits: Partial<LimitOptions> = {}): Survey {
  const options = { jobs: 2, per: undefined, rate: undefined, ...limits };
  const made = new Survey({ limits: new ItemLimits(options), preview, options });
  for (const [index, value] of values.entries()) {
    const error = value instanceof Error ? value : undefined;
    made.take({ id: index + 1, line: index + 1, value, error, source: 'in', raw: '' });
  }
  return made;
}

describe('Survey', () => {
  test('shows the first good item and counts all', () => {
    const bad = new InputLineError('the line is not valid JSON', { offset: 0, line: '{' });
    const { shown, tally, failures } = survey([bad, { a: 1 }, { a: 2 }], itemPreview);

    expect([shown, tally.ended.done, tally.ended.failed]).toEqual([['{"a":1}'], 2, 1]);
    expect(failures.render(100, 'would fail')).toMatch(/^greenpool: 1 would fail:\n.*\n.*in:1, byte 0: \{$/);
  });

  test('shows the first commands, and finds items that have no command', () => {
    const template = new ArgumentTemplate(['echo', '{%}', '{a}']);
    const preview = commandPreview((item, position) => template.render(item, position));
    const { shown, tally } = survey([{ a: 'x y' }, {}, { a: 2 }, { a: 3 }, { a: 4 }], preview);

    expect(shown).toEqual(["echo 1 'x y'", 'echo 2 2', 'echo 1 3']);
    expect(tally.ended.failed).toBe(1);
  });

  test('finds items without a sensible weight', () => {
    const { tally } = survey([{ w: 1 }, { w: 3 }, { w: 'x' }], itemPreview, { weight: 'w' });

    expect(tally.ended).toMatchObject({ done: 1, failed: 2 });
  });

  test('tells what the limits mean for the good items', () => {
    const limits = { per: { field: 'h', limit: 3 }, rate: { limit: 1, interval: 1000 } };

    expect(survey([{ h: 'a' }, { h: 'a' }, {}], itemPreview, limits).describeLimits()).toEqual([
      'h: 1 different, 3 at a time of each; most: a 2; 1 item has none',
      'at this rate it takes at least 2 s to start 3',
    ]);
    expect(survey([1], itemPreview).describeLimits()).toEqual([]);
  });
});
