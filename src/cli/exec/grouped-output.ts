import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import type { OutputRecord } from '../output/output-record.ts';
import { takeCaptured } from './captured.ts';
import type { ErrorOutput } from './error-output.ts';
import type { Job, OutputMode } from './output-mode.ts';
import { startCommand } from './start.ts';
import { canUseStarters, type OutputPaths, Starter, scriptFor } from './starter.ts';

/**
 * The output of each command in one piece, when it has ended. A command writes into files: that is cheaper than a
 * pipe and a stream, takes no memory however much it is, and waits for nobody that a command has left behind.
 */
export class GroupedOutput implements OutputMode {
  readonly #errors: ErrorOutput;
  readonly #folder: string;
  readonly #canUseStarters: boolean;
  /** By slot. `undefined` is there for a slot that has started one command itself. */
  readonly #starters: Map<number, Starter | undefined> = new Map();

  constructor(errors: ErrorOutput, env: Host['env']) {
    this.#errors = errors;
    this.#canUseStarters = canUseStarters(env);
    try {
      this.#folder = mkdtempSync(join(tmpdir(), 'greenpool-exec-'));
    } catch (error) {
      throw new CliError(`no folder for the output of commands: ${describeSystemError(error)}`, {
        cause: error,
      });
    }
  }

  async run(job: Job): Promise<{ status: number; output: OutputRecord }> {
    const stdout = join(this.#folder, `${job.slot}.out`);
    const stderr = join(this.#folder, `${job.slot}.err`);
    try {
      const status = await this.#runCommand(job, { stdout, stderr });
      const output = takeCaptured(stdout, job.stdout);
      await this.#errors.put(takeCaptured(stderr, job.stderr));
      return { status, output };
    } catch (error) {
      // The next item of this slot has files of the same names.
      for (const path of [stdout, stderr]) rmSync(path, { force: true });
      throw error;
    }
  }

  close(): void {
    for (const starter of this.#starters.values()) starter?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #runCommand(job: Job, paths: OutputPaths): Promise<number> {
    const script = this.#canUseStarters ? scriptFor(job.words, paths) : undefined;
    const starter = script === undefined ? undefined : this.#starterFor(job.slot);
    if (script === undefined || starter === undefined) return runDirectly(job, paths);
    return job.attend(starter.start(script));
  }

  // A starter costs as much as a command: it pays from the second command of a slot on.
  #starterFor(slot: number): Starter | undefined {
    let starter = this.#starters.get(slot);
    if (starter?.isOpen !== true && this.#starters.has(slot)) starter = new Starter();
    this.#starters.set(slot, starter);
    return starter;
  }
}

async function runDirectly({ words, attend }: Job, { stdout, stderr }: OutputPaths): Promise<number> {
  const files: number[] = [];
  try {
    for (const path of [stdout, stderr]) files.push(openSync(path, 'ax', 0o600));
    const [out = 'pipe', err = 'pipe'] = files;
    const { started } = startCommand(words, out, err);
    return await attend(started);
  } finally {
    for (const fd of files) closeSync(fd);
  }
}
