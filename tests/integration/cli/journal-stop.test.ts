import { describe, expect, test } from 'vitest';
import { usePlaces } from './journal-place.ts';

const placeFor = usePlaces();
const GO = { GO: '1' };

describe('a run with a journal, stopped by a signal', () => {
  test('one ctrl-C lets what runs end; a resume does the rest and nothing twice', async () => {
    const place = placeFor(['a', 'drain1', 'drain2', 'b', 'c']);
    const { child, ended, seen } = place.start(['-j', '2']);
    await seen('stderr', /at drain2/);

    child.kill('SIGINT');
    const first = await ended;
    const second = await place.greenpool(['resume', 'j'], GO);

    expect(first.code).toBe(75);
    expect(first.stderr).toMatch(/was not started; go on with: greenpool resume j\n$/);
    expect(second.code).toBe(0);
    expect(place.results.sort()).toEqual(['A', 'B', 'C', 'DRAIN1', 'DRAIN2']);
    expect(place.calls.sort()).toEqual(['a', 'b', 'c', 'drain1', 'drain2']);
  });

  test('after a second ctrl-C what was cancelled runs again', async () => {
    const place = placeFor(['a', 'wait1', 'wait2', 'b']);
    const { child, ended, seen } = place.start(['-j', '2', '--failed', 'failed']);
    await seen('stderr', /at wait2/);

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    const first = await ended;
    const cancelled = place.lines('failed');
    const second = await place.greenpool(['resume', 'j'], GO);

    expect(first.code).toBe(130);
    expect(cancelled.sort()).toEqual(['wait1', 'wait2']);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('2 items were under way at its end: run again');
    expect(place.results.sort()).toEqual(['A', 'B', 'WAIT1', 'WAIT2']);
    expect(place.lines('failed')).toEqual([]);
  });

  test('a third ctrl-C leaves at once, with a journal that goes on', async () => {
    const place = placeFor(['a', 'deaf1', 'deaf2', 'b']);
    const { child, ended, seen } = place.start(['-j', '2']);
    await seen('stderr', /at deaf2/);

    child.kill('SIGINT');
    await seen('stderr', /ctrl-C again/);
    child.kill('SIGINT');
    await seen('stderr', /once more leaves at once/);
    child.kill('SIGINT');
    const first = await ended;
    const second = await place.greenpool(['resume', 'j'], GO);

    expect(first.code).toBe(130);
    expect(second.code).toBe(0);
    expect(place.results.sort()).toEqual(['A', 'B', 'DEAF1', 'DEAF2']);
    expect(place.calls.filter((name) => name === 'a')).toEqual(['a']);
  });
});

describe('a run with a journal, killed', () => {
  test.each(['always', 'batch', 'none'])('--sync %s: nothing that was done runs again', async (sync) => {
    const place = placeFor(['a', 'b', 'c', 'wait1', 'wait2', 'd']);
    await place.killAt(['wait1', 'wait2'], ['-j', '2', '--sync', sync]);

    const { code, stderr } = await place.run(['-j', '2', '--sync', sync, '--resume'], GO);

    expect(code).toBe(0);
    expect(stderr).toContain('resuming: j has 3 done, 0 failed');
    expect(place.results.sort()).toEqual(['A', 'B', 'C', 'D', 'WAIT1', 'WAIT2']);
    expect(place.calls.sort()).toEqual(['a', 'b', 'c', 'd', 'wait1', 'wait1', 'wait2', 'wait2']);
  });

  test('--on-inflight skip leaves what was running alone', async () => {
    const place = placeFor(['a', 'wait1', 'b']);
    const options = ['-j', '1', '--on-inflight', 'skip'];
    await place.killAt(['wait1'], options);

    const { code, stderr } = await place.run([...options, '--resume'], GO);

    expect(code).toBe(0);
    expect(stderr).toContain('1 item was under way at its end: skipped');
    expect(place.results).toEqual(['A', 'B']);
    expect(place.calls).toEqual(['a', 'wait1', 'b']);
  });

  test('--on-inflight fail makes it a failure, which a retry can run', async () => {
    const place = placeFor(['a', 'wait1', 'b']);
    const options = ['-j', '1', '--failed', 'failed', '--on-inflight', 'fail'];
    await place.killAt(['wait1'], options);

    const resumed = await place.run([...options, '--resume'], GO);
    const failed = place.lines('failed');
    const retried = await place.greenpool(['retry', 'j'], GO);

    expect(resumed.code).toBe(1);
    expect(resumed.stderr).toContain('it was running when an earlier run ended');
    expect(failed).toEqual(['wait1']);
    expect(retried.code).toBe(0);
    expect(place.results).toEqual(['A', 'B', 'WAIT1']);
  });

  test('equal items keep their own numbers, whichever of them was done', async () => {
    const place = placeFor(['first', 'b', 'first', 'wait']);
    const envelopes = ['-j', '2', '--envelope'];
    await place.killAt(['first', 'wait'], envelopes);

    await place.run([...envelopes, '--resume'], GO);
    const ids = place.lines('out').map((line) => JSON.parse(line).id);

    expect(ids.sort()).toEqual([1, 2, 3, 4]);
  });
});

describe('a run with a journal whose reader went away', () => {
  test('exits 141, and a resume gives what was not given yet', async () => {
    const place = placeFor([]);
    const toStdout = ['-a', '-', '-o', '-'];
    const { child, ended, seen } = place.start(toStdout);
    child.stdin?.write('a\n');
    await seen('stdout', /"A"\n/);

    child.stdout?.destroy();
    child.stdin?.on('error', () => {});
    child.stdin?.end('b\nc\n');
    const { code, stderr } = await ended;
    const status = await place.greenpool(['status', 'j']);
    const resumed = await place.greenpool(place.command([...toStdout, '--resume']), {}, 'a\nb\nc\n');

    expect(code).toBe(141);
    expect(stderr).not.toContain('failed');
    // It ended of its own accord, and did not crash.
    expect(status.stdout).toContain('j: stopped, with work left');
    expect(resumed.stdout).toBe('"B"\n"C"\n');
    expect(resumed.code).toBe(0);
  });
});

describe('a journal that is in use', () => {
  test('is refused to a second process with exit code 4, and not harmed', async () => {
    const place = placeFor(['a', 'drain1', 'b']);
    const { child, ended, seen } = place.start(['-j', '1']);
    await seen('stderr', /at drain1/);

    const second = await place.run(['--resume']);
    const forced = await place.run(['--resume=force']);
    child.kill('SIGINT');
    const first = await ended;
    const third = await place.run(['--resume'], GO);

    expect(second).toMatchObject({ code: 4, stdout: '' });
    expect(second.stderr).toMatch(new RegExp(`j is in use by process ${child.pid} since \\d{4}-`));
    expect(forced.code).toBe(4);
    expect(first.code).toBe(75);
    expect(third.code).toBe(0);
    expect(place.results).toEqual(['A', 'DRAIN1', 'B']);
  });
});
