import { type ChildProcess, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, inject } from 'vitest';

/** How a run of the command line ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, in a folder with the files of one test file. */
export interface Greenpool {
  readonly folder: string;
  /** What `node` runs. */
  readonly main: string;
  path(name: string): string;
  /** Runs it to its end. */
  run(args: readonly string[], input?: string | Buffer, options?: StartOptions): Promise<Ended>;
  /** Starts it, with stdin left open. */
  start(args: readonly string[], options?: StartOptions): Running;
}

/** A command line that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once what came from the stream so far matches. */
  seen(from: 'stdout' | 'stderr', pattern: RegExp): Promise<void>;
}

/** How `greenpool` is started: as `spawn` would, and by another command where `wrapper` names one. */
interface StartOptions extends SpawnOptionsWithoutStdio {
  readonly wrapper?: readonly string[];
}

/** Lays out `files` for the command line, which `translate-once.ts` has made of the sources. */
export function useGreenpool(files: Readonly<Record<string, string | Buffer>>): Greenpool {
  const folder = mkdtempSync(join(tmpdir(), 'greenpool-cli-'));
  const main = inject('greenpoolMain');
  beforeAll(() => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (args: readonly string[], { wrapper = [], ...options }: StartOptions = {}): Running => {
    const [command = process.execPath, ...rest] = [...wrapper, process.execPath, main, ...args];
    return watch(spawn(command, rest, { cwd: folder, ...options }));
  };
  return {
    folder,
    main,
    path: (name) => join(folder, name),
    run(args, input = '', options = {}) {
      const running = start(args, options);
      // A command that is wrong does not read its input.
      running.child.stdin?.on('error', () => {});
      running.child.stdin?.end(input);
      return running.ended;
    },
    start,
  };
}

/** Collects what a child says and tells when it has said something. */
export function watch(child: ChildProcess): Running {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout.text(), stderr: stderr.text() }));
  });
  return { child, ended, seen: (from, pattern) => (from === 'stdout' ? stdout : stderr).seen(pattern) };
}

function collect(stream: Readable | null): { text: () => string; seen: (pattern: RegExp) => Promise<void> } {
  let text = '';
  const waiting = new Set<() => void>();
  stream?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    for (const look of waiting) look();
  });
  const seen = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (!pattern.test(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { text: () => text, seen };
}
