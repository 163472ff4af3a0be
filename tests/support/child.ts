import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const index = new URL('../../src/index.ts', import.meta.url).href;

/** Runs `body`, the code of a module that has all of greenpool as `greenpool`, in a process of its own. */
export function runProgram(body: string): Promise<Ended> {
  // jiti gives a TypeScript module as one object.
  const code = `import greenpool from ${JSON.stringify(index)};\n${body}`;
  const flags = ['--expose-gc', '--import', 'jiti/register', '--input-type=module', '--eval', code];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, flags, { cwd, timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
        stdout,
        stderr,
      });
    });
  });
}
