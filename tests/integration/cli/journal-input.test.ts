import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Place, usePlaces } from './journal-place.ts';

const placeFor = usePlaces();

/** Runs these lines, then others with the same journal. What was called in the second run, sorted. */
async function resumeWith(
  place: Place,
  lines: readonly string[],
  more: readonly string[] = [],
): Promise<{ code: number | null; called: string[] }> {
  await place.run(['--failed', 'failed', ...more]);
  const before = place.calls.length;
  place.write('in', lines);
  const { code } = await place.run(['--failed', 'failed', '--resume', ...more]);
  return { code, called: place.calls.slice(before).sort() };
}

describe('a resume with an edited input', () => {
  test.each<[string, string[], string[], string[]]>([
    ['a line inserted runs it alone', ['a', 'b', 'c'], ['a', 'new', 'b', 'c'], ['new']],
    ['lines removed runs nothing', ['a', 'b', 'c'], ['b'], []],
    ['lines in another order runs nothing', ['a', 'b', 'c', 'a'], ['c', 'a', 'a', 'b'], []],
    ['lines appended runs those', ['a', 'b'], ['a', 'b', 'c', 'd'], ['c', 'd']],
    ['one more of an equal line runs one', ['a', 'b', 'a'], ['a', 'a', 'b', 'a'], ['a']],
    ['a line changed runs that', ['a', 'b'], ['a', 'B'], ['B']],
  ])('%s', async (_what, before, after, expected) => {
    expect(await resumeWith(placeFor(before), after)).toEqual({ code: 0, called: expected });
  });

  test('leaves the files of other results alone', async () => {
    const place = placeFor(['a', 'b']);
    await place.run(['--results', 'results']);
    const before = readdirSync(place.path('results'));
    place.write('in', ['new', 'a', 'b']);
    await place.run(['--results', 'results', '--resume']);

    const files = readdirSync(place.path('results'));
    const texts = files.map((name) => readFileSync(place.path(join('results', name)), 'utf8'));

    expect(files).toEqual(expect.arrayContaining(before));
    expect(texts.sort()).toEqual(['"A"\n', '"B"\n', '"NEW"\n']);
  });

  test('an edited item that had failed runs, and its old failure is forgotten', async () => {
    const place = placeFor(['a', 'bad1', 'bad2', 'c']);

    const { code, called } = await resumeWith(place, ['a', 'good1', 'bad2', 'c']);

    expect(called).toEqual(['good1']);
    expect(place.results.sort()).toEqual(['A', 'C', 'GOOD1']);
    expect(place.lines('failed')).toEqual(['bad2']);
    expect(code).toBe(1);
  });

  test('an edited item that had failed is left to a resume by a retry, which never drops it', async () => {
    const place = placeFor(['a', 'bad1']);
    await place.run();
    place.write('in', ['a', 'good1']);

    const retried = await place.greenpool(['retry', 'j']);
    const status = await place.greenpool(['status', 'j']);
    const { code } = await place.greenpool(['resume', 'j']);

    expect(place.results).toEqual(['A', 'GOOD1']);
    expect([retried.code, code]).toEqual([75, 0]);
    expect(retried.stderr).toContain('go on with: greenpool resume j');
    expect(status.stdout).toContain('stopped, with work left');
  });

  test('a line that no JSON can be made of again fails, and is known by its text', async () => {
    const deep = '['.repeat(9000) + ']'.repeat(9000);
    const place = placeFor(['"a"', deep, '"b"']);
    const first = await place.run(['-k', '--from', 'ndjson']);
    const called = place.calls.length;

    const again = await place.run(['-k', '--from', 'ndjson', '--resume']);

    expect([first.code, again.code, place.calls.length - called]).toEqual([1, 1, 0]);
    expect(place.results).toEqual(['A', 'B']);
  });

  test('with --key an item is the same whatever else is in it', async () => {
    const place = placeFor(['{"name":"a","seen":1}', '{"name":"b","seen":1}']);

    const resumed = await resumeWith(
      place,
      ['{"name":"c","seen":2}', '{"name":"b","seen":2}', '{"name":"a","seen":2}'],
      ['--key', 'name'],
    );

    expect(resumed).toEqual({ code: 0, called: ['c'] });
  });
});

describe('a journal of another run', () => {
  test('names all that is different, with exit code 4, and starts nothing', async () => {
    const place = placeFor(['a']);
    await place.run();

    const { code, stderr } = await place.run(['--resume', '-k', '--batch', '2', '--skip', '1']);

    expect(stderr).toBe(
      'greenpool: j is the journal of another run: --batch was not set and is 2; --ordered was not set and is set; --skip was 0 and is 1. --resume=force goes on all the same\n',
    );
    expect(code).toBe(4);
    expect(place.calls).toEqual(['a']);
  });

  test.each([
    ['words that are cut in other places', ['--', 'echo', 'a', 'b {}']],
    ['the words as a line for the shell', ['--shell', 'echo a b {}']],
  ])('a command of %s is another one', async (_what, command) => {
    const place = placeFor(['x']);
    const files = ['exec', '-a', 'in', '-o', 'out', '-J', 'j'];
    await place.greenpool([...files, '--', 'echo', 'a b', '{}']);

    const { code, stderr } = await place.greenpool([...files, '--resume', ...command]);

    expect(code).toBe(4);
    expect(stderr).toContain('j is the journal of another run: its command was');
  });

  test('a changed function is refused once, and accepted from then on when forced', async () => {
    const place = placeFor(['a', 'b']);
    const own = place.path('own.mjs');
    copyFileSync(place.path('../work.mjs'), own);
    const command = (more: string[]): string[] => ['run', own, '-a', 'in', '-o', 'out', '-J', 'j', ...more];
    await place.greenpool(command(['--limit', '1']));
    appendFileSync(own, '// changed\n');

    const refused = await place.greenpool(command(['--resume']));
    const viaResume = await place.greenpool(['resume', 'j']);
    const forced = await place.greenpool(command(['--resume=force']));
    const again = await place.greenpool(command(['--resume']));
    appendFileSync(own, '// and again\n');
    const changedAgain = await place.greenpool(['resume', 'j']);

    expect(changedAgain.code).toBe(4);
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('own.mjs has changed') });
    expect(viaResume.code).toBe(4);
    expect(forced.code).toBe(0);
    expect(again.code).toBe(0);
    expect(place.calls).toEqual(['a', 'b']);
    expect(place.results).toEqual(['A', 'B']);
  });

  test('what could not be forced leaves the journal as it was', async () => {
    const place = placeFor(['a', 'bad1']);
    await place.run();

    const forced = await place.greenpool(place.command(['-o', 'other', '--resume=force']));
    const retried = await place.greenpool(['retry', 'j'], { GOOD: '1' });

    expect([forced.code, retried.code]).toEqual([4, 0]);
    expect(place.results).toEqual(['A', 'BAD1']);
  });

  test('options that change nothing of what comes out may change', async () => {
    const place = placeFor(['a', 'b']);
    await place.run(['--limit', '1', '-j', '1', '--sync', 'always']);

    const more = ['-j', '7', '-r', '2', '--timeout', '5s', '--sync', 'none', '--resume'];

    expect((await place.run(more)).code).toBe(0);
    expect(place.results).toEqual(['A', 'B']);
  });
});

describe('-J', () => {
  test('leaves the file of failed items alone when it is refused', async () => {
    const place = placeFor(['bad1', 'bad2']);
    await place.run(['--failed', 'failed']);

    const { code } = await place.run(['--failed', 'failed']);

    expect(code).toBe(2);
    expect(place.lines('failed').sort()).toEqual(['bad1', 'bad2']);
  });

  test('finds its files wherever the function goes', async () => {
    const place = placeFor(['a', 'b']);
    writeFileSync(place.path('goes.mjs'), "export default (item) => { process.chdir('/'); return item; };");

    const { code } = await place.greenpool(['goes.mjs', '-a', 'in', '-o', 'out', '-J', 'j', '-k']);
    const status = await place.greenpool(['status', 'j']);

    expect(code).toBe(0);
    expect(status.stdout).toContain('j: complete');
    expect(readdirSync(place.path('j')).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  test('on a journal that is there needs --resume, and says so with exit code 2', async () => {
    const place = placeFor(['a']);
    await place.run();

    expect(await place.run()).toMatchObject({
      code: 2,
      stderr: 'greenpool: j is the journal of an earlier run: --resume goes on with it\n',
    });
    expect(place.results).toEqual(['A']);
  });

  test('with --resume begins one where there is none', async () => {
    const place = placeFor(['a']);

    expect((await place.run(['--resume'])).code).toBe(0);
    expect(place.results).toEqual(['A']);
  });

  test('a run that has ended leaves no lock', async () => {
    const place = placeFor(['a', 'bad']);
    await place.run();

    const { stdout } = await place.greenpool(['exec', '--', 'ls', '-A', ':::', 'j']);

    expect(stdout).toBe('log-000001.ndjson\nmeta.json\n');
  });
});
