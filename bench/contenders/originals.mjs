// eventlet and gevent, where Python has them: for the record, on fewer tasks, since each costs tens of microseconds.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'green_threads.py');
// Debian's packages are found by Debian's Python alone, which need not be the first on the path.
const pythons = ['python3', '/usr/bin/python3'];

const runs = (library) => (python) =>
  spawnSync(python, [script, library, '1'], { stdio: 'ignore' }).status === 0;

export const originals = ['eventlet', 'gevent'].map((library) => ({
  name: `${library} (Python)`,
  role: 'record',
  count: 100_000,
  /** The program and its first arguments; undefined where the library does not run. */
  command() {
    const python = pythons.find(runs(library));
    return python === undefined ? undefined : [python, script, library];
  },
}));
