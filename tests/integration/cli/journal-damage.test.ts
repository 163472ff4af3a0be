import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Place, usePlaces } from './journal-place.ts';

const placeFor = usePlaces();
const ITEMS = Array.from({ length: 40 }, (_, index) => `item${index}`);
const RESULTS = ITEMS.map((item) => item.toUpperCase()).sort();
const LOG = 'j/log-000001.ndjson';

/** A run that has ended, with a journal that ends in a kill. */
async function killedRun(): Promise<Place> {
  const place = placeFor([...ITEMS, 'wait']);
  await place.killAt(['wait'], ['-j', '4']);
  return place;
}

/** Resumes, and gives what is there then but for the item that was killed. */
async function resume(place: Place): Promise<{ code: number | null; stderr: string; results: string[] }> {
  const { code, stderr } = await place.run(['-j', '4', '--resume'], { GO: '1' });
  return { code, stderr, results: place.results.filter((result) => result !== 'WAIT').sort() };
}

describe('a damaged journal', () => {
  test('wherever a bit flips, a resume says what was cut off and gives each result once', async () => {
    const place = await killedRun();
    cpSync(place.path('j'), place.path('j.kept'), { recursive: true });
    cpSync(place.path('out'), place.path('out.kept'));
    const log = readFileSync(place.path(LOG));
    for (const share of [0.02, 0.3, 0.6, 0.97]) {
      rmSync(place.path('j'), { recursive: true });
      cpSync(place.path('j.kept'), place.path('j'), { recursive: true });
      cpSync(place.path('out.kept'), place.path('out'));
      const damaged = Buffer.from(log);
      const at = Math.floor(log.length * share);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 4, at);
      writeFileSync(place.path(LOG), damaged);

      const { code, stderr, results } = await resume(place);

      expect(stderr).toMatch(
        /log-000001.ndjson is damaged or torn at byte \d+: [\d,]+ bytes were cut off, \d+ items? that had ended runs? again/,
      );
      expect(code).toBe(0);
      expect(results).toEqual(RESULTS);
    }
  });

  test('a torn last line is cut off', async () => {
    const place = await killedRun();
    appendFileSync(place.path(LOG), '{"t":"done","n":41,"m');

    const { code, stderr, results } = await resume(place);

    expect(stderr).toContain('21 bytes were cut off, 0 items that had ended run again');
    expect(code).toBe(0);
    expect(results).toEqual(RESULTS);
  });

  test('a hole of zeros at its end is cut off', async () => {
    const place = await killedRun();
    appendFileSync(place.path(LOG), Buffer.alloc(100_000));

    const { code, stderr, results } = await resume(place);

    expect(stderr).toContain('100,000 bytes were cut off');
    expect(code).toBe(0);
    expect(results).toEqual(RESULTS);
  });

  test('without its log it is refused, and the output is left alone', async () => {
    const place = await killedRun();
    rmSync(place.path(LOG));
    const before = place.results;

    const { code, stderr } = await place.greenpool(['resume', 'j']);

    expect(code).toBe(4);
    expect(stderr).toContain(`${LOG} is missing, and with it what`);
    expect(place.results).toEqual(before);
    expect(before.length).toBeGreaterThan(ITEMS.length / 2);
  });

  test('results that no record covers are cut off', async () => {
    const place = await killedRun();
    appendFileSync(place.path('out'), '"SOMETHING ELSE"\n"TO');

    expect(await resume(place)).toMatchObject({ code: 0, results: RESULTS });
  });

  test.each<[string, (place: Place) => void]>([
    ['deleted', (place) => unlinkSync(place.path('out'))],
    ['shortened', (place) => truncateSync(place.path('out'), 5)],
  ])('is refused when its output was %s, and told what to do', async (_what, damage) => {
    const place = placeFor(ITEMS);
    await place.run();
    damage(place);

    const { code, stderr } = await place.run(['--resume']);

    expect(stderr).toMatch(
      /out has lost results: it has \d bytes instead of \d+ .*Put it back, or begin a new journal/,
    );
    expect(code).toBe(4);
  });

  test.each([
    ['of another format', '{ "format": 99 }', 'j is a journal of format 99; this greenpool knows format 1'],
    ['without a format', '{}', 'meta.json is damaged: it names no format'],
    ['that is no JSON', '{ "format": 1,', 'meta.json is damaged at byte 14: it is not valid JSON'],
    ['with fields missing', '{ "format": 1 }', 'meta.json is damaged: it has not all the fields'],
  ])('a meta.json %s is refused, also by force', async (_what, text, message) => {
    const place = placeFor(['a']);
    await place.run();
    writeFileSync(place.path('j/meta.json'), text);

    for (const args of [place.command(['--resume']), place.command(['--resume=force']), ['resume', 'j']]) {
      expect(await place.greenpool(args)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining(message),
      });
    }
    expect(place.results).toEqual(['A']);
  });
});

describe('a folder that can be no journal', () => {
  test.each<[string, string, (place: Place) => void, RegExp]>([
    ['is a file', 'in', () => {}, /^greenpool: in is no journal: it is not a folder\n$/],
    ['lies below a file', 'in/j', () => {}, /^greenpool: in\/j is no journal: it is not a folder\n$/],
    [
      'holds something else',
      'd',
      (place) => {
        mkdirSync(place.path('d'));
        place.write('d/notes.txt', ['mine']);
      },
      /^greenpool: d is no journal: notes.txt is in it\n$/,
    ],
  ])(
    'is refused when it %s, with exit code 2 and nothing started',
    async (_what, folder, prepare, message) => {
      const place = placeFor(['a']);
      prepare(place);
      for (const more of [[], ['--resume'], ['--resume=force']]) {
        const { code, stderr } = await place.run(['-J', folder, ...more]);

        expect(stderr).toMatch(message);
        expect(code).toBe(2);
      }
      expect(place.calls).toEqual([]);
    },
  );

  test('may be empty', async () => {
    const place = placeFor(['a']);
    mkdirSync(place.path('j'));

    expect((await place.run()).code).toBe(0);
  });

  test('is refused when nothing can be made in it, with exit code 4', async ({ skip }) => {
    const place = placeFor(['a']);
    mkdirSync(place.path('ro'));
    // Modes hold nobody up who is root.
    const lock = process.getuid?.() === 0 ? ['chattr', '+i'] : ['chmod', '555'];
    const unlock = process.getuid?.() === 0 ? ['chattr', '-i'] : ['chmod', '755'];
    if (spawnSync(lock[0] ?? '', [lock[1] ?? '', place.path('ro')]).status !== 0) skip();
    const { code, stderr } = await place.run(['-J', 'ro/j']);
    spawnSync(unlock[0] ?? '', [unlock[1] ?? '', place.path('ro')]);

    expect(stderr).toMatch(/^greenpool: cannot make ro\/j: (operation not permitted|permission denied)\n$/);
    expect(code).toBe(4);
    expect(place.calls).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  test('under the output stops the run with exit code 4; with room again a resume completes it', async () => {
    const place = placeFor(ITEMS);
    symlinkSync('/dev/full', place.path('out'));

    const first = await place.run(['-j', '4']);
    unlinkSync(place.path('out'));
    const second = await resume(place);

    expect(first.stderr).toMatch(/cannot write .*out: no space left on device; items on record: 0/);
    expect(first.code).toBe(4);
    expect(second).toMatchObject({ code: 0, results: RESULTS });
  });

  test('under the journal does the same', async () => {
    const many = Array.from({ length: 400 }, (_, index) => `item${index}`);
    const place = placeFor(many);

    // In blocks of 512 bytes or of 1024: the log of these items is longer either way.
    const first = await place.under(['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh'], ['-j', '4']);
    const second = await resume(place);

    expect(first.stderr).toMatch(/cannot write j\/log-000001.ndjson: file too large; items on record: \d+/);
    expect(first.code).toBe(4);
    expect(second.code).toBe(0);
    expect(second.results).toEqual(many.map((item) => item.toUpperCase()).sort());
  });
});
