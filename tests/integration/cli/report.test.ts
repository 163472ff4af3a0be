import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { parseXml } from '../../support/xml.ts';
import { useGreenpool, watch } from './greenpool.ts';

const ITEMS = 20;
// Items that wait for the end of their process, unless it is told to go on.
const STUCK = [10, 11, 12];

const greenpool = useGreenpool({
  'work.mjs': `
    export default async (line, ctx) => {
      const item = Number(line);
      if (item === 5 && !process.env.MENDED) throw new TypeError('no five');
      if (item === 7) ctx.skip('a seven');
      if (${JSON.stringify(STUCK)}.includes(item) && !process.env.GO) {
        console.error('stuck at', item);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
      return item;
    };
  `,
  'items.txt': Array.from({ length: ITEMS }, (_, index) => `${index + 1}\n`).join(''),
  'other/file.txt': 'x',
});

const RUN = ['run', 'work.mjs', '-a', 'items.txt', '-j', String(STUCK.length), '--progress', 'none'];
const journaled = (name: string): string[] => [...RUN, '-J', `${name}.gpj`, '-o', `${name}.ndjson`];
const json = async (...args: string[]) => JSON.parse((await greenpool.run([...args])).stdout);

/** Starts a run that gets no further than the stuck items. Their starts and all before is on disk then. */
async function startStuck(name: string): Promise<ReturnType<typeof greenpool.start>> {
  const running = greenpool.start(journaled(name));
  for (const item of STUCK) await running.seen('stderr', new RegExp(`stuck at ${item}\n`));
  return running;
}

describe('greenpool report and status', () => {
  test('tell of a run while it goes on, after its crash and after its resume', async () => {
    const running = await startStuck('run');
    const { pid } = running.child;
    const live = await json('status', 'run.gpj', '--json');
    const liveReport = await json('report', 'run.gpj', '--format', 'json');
    running.child.kill('SIGKILL');
    await running.ended;
    const crashed = await greenpool.run(['status', 'run.gpj']);
    const resumed = await greenpool.run([...journaled('run'), '--resume'], '', {
      env: { ...process.env, GO: '1' },
    });
    const complete = await greenpool.run(['status', 'run.gpj']);
    const report = await json('report', 'run.gpj', '--format', 'json');

    const counts = { done: 7, failed: 1, skipped: 1, interrupted: 0, running: 3, held: 0 };
    expect(live).toMatchObject({ state: 'running', pid, sessions: 1, crashes: 0, counts, damage: [] });
    expect(live).toMatchObject({
      command: ['greenpool', ...journaled('run')],
      output: { path: greenpool.path('run.ndjson'), bytes: '1\n2\n3\n4\n6\n8\n9\n'.length },
      next: [['kill', String(pid)]],
    });
    expect(liveReport.counts).toEqual(counts);
    expect(liveReport.items.slice(-3).map(({ status }: { status: string }) => status)).toEqual(
      STUCK.map(() => 'running'),
    );
    expect(crashed.stdout).toMatch(/^run\.gpj: ended by a crash\n/);
    expect(crashed.stdout).toMatch(/\n {2}sessions +1, 1 ended by a crash\n/);
    expect(crashed.stdout).toMatch(/\n {2}items +7 done, 1 failed, 1 skipped, 3 interrupted\n/);
    expect(crashed.stdout).toMatch(
      /\n {2}next +greenpool resume run\.gpj {2}\(goes on\)\n {2}next +greenpool retry/,
    );
    expect(resumed.code).toBe(1);
    expect(complete.stdout).toMatch(/^run\.gpj: complete\n/);
    expect(complete.stdout).toMatch(/\n {2}items +18 done, 1 failed, 1 skipped\n/);
    expect(complete.stdout).toMatch(
      /\n {2}next +greenpool retry run\.gpj {2}\(runs the one that failed again\)\n$/,
    );
    const numbers = report.items.map(({ n }: { n: number }) => n).sort((a: number, b: number) => a - b);
    expect(numbers).toEqual(Array.from({ length: ITEMS }, (_, index) => index + 1));
    expect(report.sessions.map(({ state }: { state: string }) => state)).toEqual(['crashed', 'complete']);
  });

  test('every format has every item once; a failure that was mended is none', async () => {
    const env = { ...process.env, GO: '1' };
    await greenpool.run(journaled('all'), '', { env });
    const report = async (format: string) =>
      (await greenpool.run(['report', 'all.gpj', '--format', format])).stdout;
    const [text, csv, junit, joblog] = await Promise.all(['text', 'csv', 'junit', 'joblog'].map(report));
    await greenpool.run([...journaled('all'), '--resume-failed'], '', { env: { ...env, MENDED: '1' } });
    const mended = await json('status', 'all.gpj', '--json');

    expect(text).toMatch(
      /\n1 failed:\n {2}count {2}error +first at\n +1 {2}TypeError: no five {2}item 5: 5\n/,
    );
    expect(parse(csv ?? '', { columns: true })).toHaveLength(ITEMS);
    expect(parseXml(junit ?? '').children[0]?.children).toHaveLength(ITEMS);
    expect(joblog?.split('\n')).toHaveLength(ITEMS + 2);
    expect(mended).toMatchObject({
      state: 'complete',
      counts: { done: 19, failed: 0, skipped: 1 },
      next: [],
    });
  });

  test('a damaged tail is told, and what is before it is reported', async () => {
    await greenpool.run(journaled('torn'), '', { env: { ...process.env, GO: '1' } });
    appendFileSync(greenpool.path('torn.gpj/log-000001.ndjson'), '{"crc":1');
    const { code, stdout, stderr } = await greenpool.run(['report', 'torn.gpj', '--format', 'csv']);
    const status = await greenpool.run(['status', 'torn.gpj']);
    truncateSync(greenpool.path('torn.ndjson'), 3);
    const short = await greenpool.run(['status', 'torn.gpj']);

    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(ITEMS + 2);
    expect(stderr).toMatch(
      /^greenpool: torn\.gpj\/log-000001\.ndjson is damaged or torn at byte \d+: 8 bytes do not/,
    );
    expect(status.stdout).toMatch(/\n {2}damage +torn\.gpj\/log-000001\.ndjson is damaged/);
    expect(short.stdout).toMatch(
      /\n {2}damage +\S+torn\.ndjson has lost results: it has 3 bytes instead of \d+\n/,
    );
    expect(short.stdout).toMatch(/\n {2}next +bring the output back, or begin again/);
  });

  test('-o writes a file, but none that the run lives of', async () => {
    await greenpool.run(journaled('file'), '', { env: { ...process.env, GO: '1' } });
    const to = (path: string) => greenpool.run(['report', 'file.gpj', '--format', 'junit', '-o', path]);
    const written = await to('report.xml');
    const refused = await Promise.all(
      ['file.ndjson', 'file.gpj/log-000001.ndjson', 'items.txt', 'work.mjs'].map(to),
    );

    expect(written).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(parseXml(readFileSync(greenpool.path('report.xml'), 'utf8')).name).toBe('testsuites');
    expect(refused.map(({ code, stderr }) => [code, stderr])).toEqual([
      [2, 'greenpool: cannot write file.ndjson: it has the results of the run\n'],
      [2, 'greenpool: cannot write file.gpj/log-000001.ndjson: it is in the journal\n'],
      [2, 'greenpool: cannot write items.txt: the run reads it\n'],
      [2, 'greenpool: cannot write work.mjs: the run reads it\n'],
    ]);
    expect((await json('status', 'file.gpj', '--json')).state).toBe('complete');
  });

  test.each([
    ['nowhere', 'there is no journal nowhere: no such file or directory'],
    ['items.txt', 'items.txt is no journal: it is not a folder that can be read'],
    ['other', 'other is no journal: it has no meta.json'],
  ])('%s is no journal', async (folder, message) => {
    for (const verb of ['report', 'status']) {
      expect(await greenpool.run([verb, folder])).toEqual({
        ...{ code: 2, stdout: '' },
        stderr: `greenpool: ${message}\n`,
      });
    }
  });
});

describe.runIf(process.platform === 'linux')('greenpool report, where it goes', () => {
  const shell = (command: string) => watch(spawn('bash', ['-c', command], { cwd: greenpool.folder })).ended;
  const cli = `"${process.execPath}" "${greenpool.main}"`;

  test('a closed pipe ends it quietly, with 141', async () => {
    const lines = Array.from({ length: 2000 }, (_, index) => `${100 + index}\n`).join('');
    await greenpool.run(['work.mjs', '-J', 'many.gpj', '-o', 'many.ndjson', '-q'], lines);
    // More than a pipe takes, and the reader leaves at once.
    const { stdout, stderr } = await shell(
      `${cli} report many.gpj --format json | true; echo "\${PIPESTATUS[0]}"`,
    );

    expect([stdout, stderr]).toEqual(['141\n', '']);
  });

  test.runIf(existsSync('/dev/full'))('a full disk ends it with one line and 4', async () => {
    await greenpool.run(['work.mjs', '-J', 'full.gpj', '-q', '-o', 'full.ndjson', ':::', '1']);
    const { stdout, stderr } = await shell(
      `${cli} report full.gpj > /dev/full; ${cli} status full.gpj > /dev/full; echo $?`,
    );

    expect(stdout).toBe('4\n');
    expect(stderr).toBe('greenpool: cannot write stdout: no space left on device\n'.repeat(2));
  });

  test('the job log of commands has how each ended', async () => {
    await greenpool.run(
      ['exec', '-J', 'jobs.gpj', '-o', 'jobs.out', '-q', '--shell', 'eval "$1"'],
      'echo hi\nexit 3\nkill -9 $$\n',
    );
    const { stdout } = await greenpool.run(['report', 'jobs.gpj', '--format', 'joblog']);

    const rows = stdout.trimEnd().split('\n').slice(1).sort();
    expect(rows.map((row) => row.split('\t').slice(5))).toEqual([
      ['3', '0', '0', 'eval "$1"'],
      ['0', '3', '0', 'eval "$1" ::: exit 3'],
      ['0', '0', '9', 'eval "$1" ::: kill -9 $$'],
    ]);
  });
});
