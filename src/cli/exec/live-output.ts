import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordWriter } from '../output/record-writer.ts';
import type { ErrorOutput } from './error-output.ts';
import type { TextStage } from './lines.ts';
import type { Job, OutputMode } from './output-mode.ts';
import { isRunning } from './process-groups.ts';
import { startCommand } from './start.ts';

/** The lines of all commands as they come, each whole. */
export class LiveOutput implements OutputMode {
  readonly #errors: ErrorOutput;
  readonly #writer: RecordWriter;

  constructor(errors: ErrorOutput, writer: RecordWriter) {
    this.#errors = errors;
    this.#writer = writer;
  }

  async run({ words, stdout, stderr, attend }: Job): Promise<{ status: number; output: string }> {
    const { child, started } = startCommand(words, 'pipe', 'pipe');
    const closed = Promise.all([
      flow(child.stdout, stdout, (text) => this.#write(text)),
      flow(child.stderr, stderr, (text) => this.#errors.write(text)),
    ]);
    void endWithGroup(child);
    const status = await attend(started);
    await closed;
    return { status, output: '' };
  }

  close(): void {}

  // A reader that is slow slows the commands down: nothing more is read from them.
  async #write(text: string): Promise<void> {
    if (text !== '') this.#writer.push(text);
    if (this.#writer.isFull) await this.#writer.waitForRoom();
  }
}

async function flow(
  stream: Readable | null,
  stage: TextStage,
  write: (text: string) => Promise<void> | void,
): Promise<void> {
  if (stream === null) return;
  stream.setEncoding('latin1');
  try {
    for await (const text of stream) await write(stage.push(text));
  } catch {
    // It was closed under a process that the command has left behind. What had come by then is written.
  }
  await write(stage.end());
}

/**
 * What a command leaves running on purpose keeps its pipes open. Then the end of the command is the end of its
 * output: what it wrote itself is read, and the pipes are closed.
 */
async function endWithGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  await once(child, 'exit');
  const streams = [child.stdout, child.stderr].filter((stream) => stream instanceof Socket);
  const group = child.pid;
  while (isRunning(group) && streams.some((stream) => !stream.closed)) {
    const before = streams.map((stream) => stream.bytesRead);
    // A turn reads all that is there, unless the reader of it is waited for.
    await nextTurn();
    await nextTurn();
    const isQuiet = streams.every(
      (stream, index) => stream.readableLength === 0 && stream.bytesRead === before[index],
    );
    if (isQuiet) for (const stream of streams) stream.destroy();
  }
}
