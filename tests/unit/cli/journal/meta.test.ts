import { describe, expect, test } from 'vitest';
import { type JournalMeta, readMeta, writeMeta } from '../../../../src/cli/journal/meta.ts';
import { CrashDisk } from '../../../support/journal/crash-disk.ts';
import { seededRandom } from '../../../support/journal/random.ts';
import { rejection } from '../../../support/rejection.ts';

const meta: JournalMeta = {
  spec: { verb: 'run', module: '/w/check.ts', hash: 'h', export: 'default', options: { ordered: true } },
  input: ['in.ndjson'],
  output: 'out.ndjson',
  cwd: '/work',
  args: ['run', 'check.ts'],
  created: 5,
};

function diskWith(text: string): CrashDisk {
  const disk = new CrashDisk(seededRandom(1));
  disk.put('j/meta.json', Buffer.from(text));
  return disk;
}

describe('readMeta', () => {
  test('reads what was written', async () => {
    const disk = new CrashDisk(seededRandom(1));
    await writeMeta(disk, 'j', meta);

    expect(await readMeta(disk, 'j')).toEqual({ format: 1, ...meta });
  });

  test('there is none where there is no journal', async () => {
    expect(await readMeta(new CrashDisk(seededRandom(1)), 'j')).toBeUndefined();
  });

  test.each([
    ['{"format":1,', 'j/meta.json is damaged at byte 12: it is not valid JSON'],
    ['{"format":1,,}', 'j/meta.json is damaged at byte 12: it is not valid JSON'],
    ['', 'j/meta.json is damaged at byte 0: it is not valid JSON'],
    ['7', 'j/meta.json is damaged: it holds no object'],
    ['{}', 'j/meta.json is damaged: it names no format'],
    ['{"format":1}', 'j/meta.json is damaged: it has not all the fields of a journal'],
    ...(['spec', 'input', 'output', 'args', 'cwd', 'created'] as const).map((field): [string, string] => [
      JSON.stringify({ format: 1, ...meta, [field]: { not: 'right' } }),
      'j/meta.json is damaged: it has not all the fields of a journal',
    ]),
    ['{"format":2}', 'j is a journal of format 2; this greenpool knows format 1'],
  ])('%j ends with exit code 4', async (text, message) => {
    expect(await rejection(readMeta(diskWith(text), 'j'))).toMatchObject({ exitCode: 4, message });
  });
});

describe('writeMeta', () => {
  test('a crash leaves it whole or not there at all', async () => {
    const seen = new Set<boolean>();
    for (let seed = 1; seed <= 30; seed += 1) {
      for (let crashAt = 1; crashAt <= 6; crashAt += 1) {
        const disk = new CrashDisk(seededRandom(seed), { crashAt });
        await Promise.race([writeMeta(disk, 'j', meta), disk.crashed]);
        const after = await readMeta(disk.afterCrash(seed % 2 === 0 ? 'kill' : 'power'), 'j');
        if (after !== undefined) expect(after).toEqual({ format: 1, ...meta });
        seen.add(after !== undefined);
      }
    }

    expect(seen).toEqual(new Set([true, false]));
  });
});
