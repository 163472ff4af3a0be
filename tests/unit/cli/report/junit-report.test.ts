import { describe, expect, test } from 'vitest';
import { junitReport } from '../../../../src/cli/report/junit-report.ts';
import { close, done, failed, open, skipped, start } from '../../../support/journal/crafted-log.ts';
import { BEGUN, META, reportOf } from '../../../support/journal/crafted-report.ts';
import { parseXml, type XmlElement } from '../../../support/xml.ts';

const begin = [open(1, BEGUN), start(1, 'a', 10), start(2, 'b', 10), start(3, 'c', 10), start(4, 'd', 10)];

async function suiteOf(...args: Parameters<typeof reportOf>): Promise<XmlElement> {
  const { name, children } = parseXml(await reportOf(...args));
  expect(name).toBe('testsuites');
  const [suite, ...others] = children;
  if (suite === undefined || others.length > 0) throw new Error('not one suite');
  return suite;
}

describe('junitReport', () => {
  test('counts what it has, and has a case for each item', async () => {
    const records = [...begin, done(1, 1260), failed(2, 20, 'no', 'E1'), skipped(3, 2510)];

    const document = parseXml(await reportOf(junitReport, records));
    const suite = await suiteOf(junitReport, records);

    const counts = { tests: '4', failures: '1', errors: '1', time: '2.510' };
    expect(document.attributes).toEqual({ name: 'greenpool', ...counts });
    expect(suite.attributes).toEqual({
      ...{ name: 'run.gpj', skipped: '1', timestamp: '2026-01-31T08:05:00', ...counts },
    });
    expect(suite.children.map(({ attributes, children }) => [attributes, children[0]?.name])).toEqual([
      [{ classname: 'check.ts', name: 'item 1: a', time: '1.250' }, undefined],
      [{ classname: 'check.ts', name: 'item 2: b', time: '0.010' }, 'failure'],
      [{ classname: 'check.ts', name: 'item 3: c', time: '2.500' }, 'skipped'],
      [{ classname: 'check.ts', name: 'item 4: d', time: '0.000' }, 'error'],
    ]);
  });

  test('a failure has its first line as message, its code as type and the rest as text', async () => {
    const suite = await suiteOf(junitReport, [...begin, failed(1, 20, 'no <b> & "c"\n  at d', 'E1')]);

    expect(suite.children[0]?.children[0]).toMatchObject({
      attributes: { message: 'no <b> & "c"', type: 'E1' },
      text: 'no <b> & "c"\n  at d\nitem: "item 1"',
    });
  });

  test('what XML has no place for is left out: colours, controls, halves of characters', async () => {
    const records = [
      ...[open(1, BEGUN), start(1, 'k\0ey\tb\n', 10), start(2, 'b', 10)],
      ...[failed(1, 20, '\x1b[31mred\x1b[0m \x07\ufffe\ud83d ü 😀 ]]>'), skipped(2, 30, '\x01why')],
    ];

    const suite = await suiteOf(junitReport, records);

    const [first, second] = suite.children;
    expect(first?.attributes.name).toBe('item 1: key\tb\n');
    expect(first?.children[0]?.attributes.message).toBe('red  ü 😀 ]]>');
    expect(second?.children[0]?.attributes.message).toBe('why');
  });

  test('of a run that goes on, what runs is skipped', async () => {
    const suite = await suiteOf(junitReport, [...begin, done(1, 30)], { live: 7 });

    expect(suite.attributes).toMatchObject({ tests: '4', errors: '0', skipped: '3' });
    expect(suite.children[1]?.children[0]).toMatchObject({
      name: 'skipped',
      attributes: { message: 'it is still running' },
    });
  });

  test('the class is what was run', async () => {
    const records = [...begin.slice(0, 2), done(1, 30), close(40)];
    const classOf = async (spec: Partial<typeof META.spec>): Promise<string | undefined> =>
      (await suiteOf(junitReport, records, { meta: { spec: { ...META.spec, ...spec } } })).children[0]
        ?.attributes.classname;

    expect(await classOf({ export: 'pages' })).toBe('check.ts#pages');
    expect(await classOf({ verb: 'exec', module: 'gzip -k {}', export: '' })).toBe('gzip -k {}');
  });
});
