// Sums the reports of one CI run and prints the closing line.
//   node scripts/ci-sum.mjs <folder> <suite>...      each suite is a report's path in the folder, without .json
// A suite that left no report, or ran no test, counts as one failure: silence is never a pass.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...suites] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  const counts = read(join(folder, `${suite}.json`));
  console.log(`${suite}: ${counts.note ?? `${counts.passed} passed, ${counts.failed} failed`}`);
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function read(path) {
  const counts = parse(path);
  if (counts === undefined) return { passed: 0, failed: 1, note: 'no report' };
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, note: 'ran no test' };
  return counts;
}

function parse(path) {
  let json;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
  if (json.numTotalTests === undefined) return json;
  // vitest's own report. A file that failed to load has no test in it, yet its suite is counted as failed.
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = json;
  const unloaded = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloaded.length,
    skipped: numPendingTests + numTodoTests,
  };
}
