import { execFileSync, spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const LINES = 3000;
const line = (id: number) => `{"id":${id},"text":"${'x'.repeat(100)}"}\n`;

const greenpool = useGreenpool({
  'id.mjs': `export default (item, { log }) => { log('at', item.id); return item; };`,
  'in.ndjson': Array.from({ length: LINES }, (_, id) => line(id)).join(''),
});

describe.runIf(process.platform !== 'win32')('greenpool run with a journal, into a named pipe', () => {
  test('is alive while nobody reads from it, and loses nothing', { timeout: 60_000 }, async () => {
    execFileSync('sh', ['-c', 'mkfifo out'], { cwd: greenpool.folder });
    // Opens the pipe, and reads from it once there is a line on stdin.
    const script = 'exec 3<out; read line; cat <&3';
    const reader = watch(spawn('sh', ['-c', script], { cwd: greenpool.folder }));
    const run = greenpool.start([
      'id.mjs',
      '-a',
      'in.ndjson',
      '-o',
      'out',
      '-J',
      'run.gpj',
      '--progress',
      'bar',
    ]);

    // The pipe is full, no item ends any more, and the bar is still drawn.
    await run.seen('stderr', /at 4\d\d\n[\s\S]* 0\/s/);
    reader.child.stdin?.end('go\n');
    const [{ code }, { stdout }] = await Promise.all([run.ended, reader.ended]);

    expect({ code, lines: stdout.split('\n').length - 1 }).toEqual({ code: 0, lines: LINES });
  });
});
