import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Greenpool, type Running, useGreenpool } from './greenpool.ts';

// Notes its calls where a crash cannot take them back. What an item does is in its name, and ends when the environment
// says so: the function itself must stay the same.
const WORK = `
  import { appendFileSync } from 'node:fs';
  const seen = new Set();
  export default (item, { signal, log }) => {
    const name = item.name ?? item;
    appendFileSync('calls', name + '\\n');
    if (name.startsWith('bad') && !process.env.GOOD) throw new Error('it is bad');
    const isFirst = name.startsWith('first') && !seen.has(name);
    seen.add(name);
    if (process.env.GO || !(isFirst || /^(wait|deaf|drain)/.test(name))) return name.toUpperCase();
    log('at', name);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {}, 60_000);
      const end = (settle, value) => { clearTimeout(timer); settle(value); };
      if (name.startsWith('wait')) signal.addEventListener('abort', () => end(reject, signal.reason));
      if (name.startsWith('drain')) process.on('SIGINT', () => end(resolve, name.toUpperCase()));
    });
  };
`;

/** A folder with an input, and what a run with a journal leaves there. */
export class Place {
  readonly folder: string;
  readonly #greenpool: Greenpool;

  constructor(greenpool: Greenpool) {
    this.folder = mkdtempSync(join(greenpool.folder, 'place-'));
    this.#greenpool = greenpool;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, lines: readonly string[]): void {
    writeFileSync(this.path(name), lines.map((line) => `${line}\n`).join(''));
  }

  /** None if there is no such file. */
  lines(name: string): string[] {
    try {
      return readFileSync(this.path(name), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }

  /** The results, without their quotes. */
  get results(): string[] {
    return this.lines('out').map((line) => JSON.parse(line));
  }

  /** What the function was called with, in all runs. */
  get calls(): string[] {
    return this.lines('calls');
  }

  /** Runs `in` to `out` with the journal `j`, to its end. */
  run(more: readonly string[] = [], env: NodeJS.ProcessEnv = {}): ReturnType<Greenpool['run']> {
    return this.#greenpool.run(this.command(more), '', this.#options(env));
  }

  /** The same, or what the whole command line says. */
  start(more: readonly string[] = []): Running {
    return this.#greenpool.start(this.command(more), this.#options({}));
  }

  /** Runs a command line of another kind. */
  greenpool(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): ReturnType<Greenpool['run']> {
    return this.#greenpool.run(args, input, this.#options(env));
  }

  /** Runs under a command, such as a shell that sets limits. */
  under(wrapper: readonly string[], more: readonly string[] = []): ReturnType<Greenpool['run']> {
    return this.#greenpool.run(this.command(more), '', { ...this.#options({}), wrapper });
  }

  /** Starts a run and kills it at once when it is at the items given. */
  async killAt(items: readonly string[], more: readonly string[] = []): Promise<void> {
    const { child, ended, seen } = this.start(more);
    for (const item of items) await seen('stderr', new RegExp(`^at ${item}$`, 'm'));
    child.kill('SIGKILL');
    await ended;
  }

  command(more: readonly string[]): string[] {
    return ['run', join(this.#greenpool.folder, 'work.mjs'), '-a', 'in', '-o', 'out', '-J', 'j', ...more];
  }

  #options(env: NodeJS.ProcessEnv): { cwd: string; env: NodeJS.ProcessEnv } {
    return { cwd: this.folder, env: { ...process.env, ...env } };
  }
}

/** For one test file: makes a place, with these lines in `in`. */
export function usePlaces(files: Readonly<Record<string, string>> = {}): (lines: readonly string[]) => Place {
  const greenpool = useGreenpool({ 'work.mjs': WORK, ...files });
  return (lines) => {
    const place = new Place(greenpool);
    place.write('in', lines);
    return place;
  };
}
