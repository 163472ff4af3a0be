// Does every contender of every case still work? Each runs once on few tasks; a throw or a wrong sum is a failure.
// Nothing here looks at time, so as many run at once as there are processors.
import { availableParallelism } from 'node:os';
import { report } from '../scripts/report.mjs';
import { runCase } from './harness.mjs';

const LIMIT = 60_000;
const TASKS = 2_000;

export async function check(cases, node) {
  const counts = { passed: 0, failed: 0 };
  const all = cases.flatMap((benchCase) => benchCase.contenders.map((each) => [benchCase, each])).values();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const [benchCase, contender] of all) {
        for (const failure of await failuresOf(benchCase, contender, node)) {
          if (failure === undefined) counts.passed += 1;
          else counts.failed += 1;
          if (failure !== undefined) console.error(failure);
        }
      }
    }),
  );
  console.log(`bench: ${counts.passed} passed, ${counts.failed} failed`);
  report('bench', counts);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/** An entry for what was run, `undefined` where it worked. */
async function failuresOf(benchCase, contender, node) {
  const few = { ...contender, count: Math.min(contender.count ?? benchCase.count, benchCase.few ?? TASKS) };
  const { contenders } = await runCase(
    { ...benchCase, turns: 1, contenders: [few] },
    { rounds: 1, scale: 1, node, limit: LIMIT },
  );
  return contenders.map(({ failure }) => failure);
}
