import { firstLine } from '../../loader/error-facts.ts';
import type { ItemRow } from '../journal/item-history.ts';
import { activeTime } from '../journal/journal-survey.ts';
import { itemName } from './item-label.ts';
import { isoTime } from './journal-facts.ts';
import type { Report } from './report.ts';
import { workName } from './work-name.ts';
import { xmlAttribute, xmlText } from './xml-text.ts';

/**
 * JUnit XML as Jenkins, GitLab and others read it: the elements and attributes that all their schemas have, so
 * `skipped` is counted in the suite only. Each item is a case. GitLab drops all but the first of cases with the same
 * class and name, so the number of the item is in its name.
 */
export async function* junitReport({ folder, meta, survey, items }: Report): AsyncGenerator<string> {
  const { done, failed, skipped, interrupted, running } = survey.counts;
  const counts = attributes({
    tests: done + failed + skipped + interrupted + running,
    failures: failed,
    errors: interrupted,
    time: seconds(activeTime(survey)),
  });
  // Some schemas take neither fractions nor a zone.
  const timestamp = isoTime(meta.created).slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  const suite = attributes({ name: folder, skipped: skipped + running, timestamp });
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${attributes({ name: 'greenpool' })}${counts}>\n<testsuite${suite}${counts}>\n`;
  const classname = workName(meta.spec);
  for await (const rows of items) yield rows.map((row) => testCase(row, classname)).join('');
  yield '</testsuite>\n</testsuites>\n';
}

function testCase(row: ItemRow, classname: string): string {
  const head = attributes({ classname, name: itemName(row), time: seconds(row.ms ?? 0) });
  const outcome = outcomeOf(row);
  return outcome === '' ? `<testcase${head}/>\n` : `<testcase${head}>${outcome}</testcase>\n`;
}

function outcomeOf({ status, error, item, reason }: ItemRow): string {
  switch (status) {
    case 'done':
      return '';
    case 'failed': {
      const { name = 'Error', code, message = '' } = error ?? {};
      const head = attributes({ message: firstLine(message) || name, type: code ?? name });
      const lines = [message, ...(item === undefined ? [] : [`item: ${item}`])];
      return `<failure${head}>${xmlText(lines.join('\n'))}</failure>`;
    }
    case 'skipped':
      return `<skipped${attributes({ message: reason ?? '' })}/>`;
    case 'interrupted':
      return `<error${attributes({ message: 'it was running when the run ended', type: status })}/>`;
    case 'running':
      return `<skipped${attributes({ message: 'it is still running' })}/>`;
  }
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
