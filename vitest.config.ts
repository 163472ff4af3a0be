import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

// A run that is to be counted (see scripts/ci-sum.mjs) names a folder for its report.
const reports = process.env.GREENPOOL_REPORTS;
const json: ['json', { outputFile: string }] = ['json', { outputFile: `${reports}/vitest.json` }];

const project = (name: string, include: string[], testTimeout: number) => ({
  extends: true as const,
  // A process for each file costs more than most of the files. Those that measure memory, or what a process does at its
  // end, are integration tests.
  test: { name, include, testTimeout, hookTimeout: testTimeout, isolate: name === 'integration' },
});

export default defineConfig({
  resolve: {
    alias: [
      { find: /^greenpool$/, replacement: source('index.ts') },
      {
        find: /^greenpool\/threads$/,
        replacement: fileURLToPath(new URL('./tests/support/threads.ts', import.meta.url)),
      },
      { find: /^greenpool\/testing$/, replacement: source('testing/index.ts') },
    ],
  },
  // Nothing is down-levelled: tests run the `#private` fields and async functions that users run.
  oxc: { target: 'es2022' },
  test: {
    pool: 'forks',
    // The tests wait for each other's processes and timers; one processor less, as by default, is half of two.
    maxWorkers: '100%',
    globalSetup: 'tests/support/translate-once.ts',
    execArgv: ['--expose-gc'],
    // What was translated for threads and processes runs in Node itself, here as well as there.
    server: { deps: { external: [/\/tmp\/cli-\d+\//] } },
    slowTestThreshold: 50,
    dangerouslyIgnoreUnhandledErrors: false,
    passWithNoTests: false,
    allowOnly: process.env.CI === undefined,
    reporters: reports === undefined ? ['default'] : ['default', json],
    projects: [
      project('unit', ['tests/unit/**/*.test.ts'], 1_000),
      project('property', ['tests/property/**/*.test.ts', 'tests/mutants/**/*.test.ts'], 60_000),
      project('integration', ['tests/integration/**/*.test.ts', 'tests/examples/**/*.test.ts'], 20_000),
      project('repository', ['tests/*.test.ts'], 60_000),
    ],
  },
});
