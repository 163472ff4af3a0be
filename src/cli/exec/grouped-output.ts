import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { OutputRecord } from '../output/output-record.ts';
import { takeCaptured } from './captured.ts';
import type { ErrorOutput } from './error-output.ts';
import type { Job, OutputMode } from './output-mode.ts';
import { startCommand } from './start.ts';

/**
 * The output of each command in one piece, when it has ended. A command writes into files: that is cheaper than a
 * pipe and a stream, takes no memory however much it is, and waits for nobody that a command has left behind.
 */
export class GroupedOutput implements OutputMode {
  readonly #errors: ErrorOutput;
  readonly #folder: string;

  constructor(errors: ErrorOutput) {
    this.#errors = errors;
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
      const status = await this.#start(job, stdout, stderr);
      const output = takeCaptured(stdout, job.stdout);
      await this.#errors.put(takeCaptured(stderr, job.stderr));
      return { status, output };
    } finally {
      // Where something above has thrown.
      rmSync(stdout, { force: true });
      rmSync(stderr, { force: true });
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start({ words, attend }: Job, stdout: string, stderr: string): Promise<number> {
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
}
