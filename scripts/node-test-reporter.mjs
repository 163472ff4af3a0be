// A reporter for `node --test`: counts the tests themselves (not the suites and files around them).
import { report } from './report.mjs';

export default async function* count(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') {
      // A suite fails on its own when a hook of it throws; then no test of it may have run.
      if (type === 'test:fail' && data.details.error?.failureType === 'hookFailed') counts.failed += 1;
      continue;
    }
    if (data.skip !== undefined || data.todo !== undefined) counts.skipped += 1;
    else if (type === 'test:pass') counts.passed += 1;
    else counts.failed += 1;
  }
  report('package', counts);
  if (counts.passed + counts.failed === 0) {
    process.exitCode = 1;
    yield 'node --test ran no test\n';
  }
}
