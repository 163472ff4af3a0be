import { closeSync, openSync, read, readSync, statSync, unlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { LargeRecord, OutputRecord } from '../output/output-record.ts';
import type { TextStage } from './lines.ts';

// What is read into memory. Beyond it the file itself is what waits for its turn.
const LARGE = 1024 * 1024;
const PIECE = 256 * 1024;

/** Takes what a command has written to `path`, and the file away. */
export function takeCaptured(path: string, stage: TextStage): OutputRecord {
  const { size } = statSync(path);
  if (size === 0) {
    unlinkSync(path);
    return '';
  }
  const fd = openSync(path, 'r');
  // What the command left running may write to the file later. It must not be found there by the next item.
  unlinkSync(path);
  if (size > LARGE) return new CapturedFile(fd, size, stage);
  try {
    const bytes = Buffer.allocUnsafe(size);
    const length = readSync(fd, bytes, 0, size, 0);
    return stage.push(bytes.toString('latin1', 0, length)) + stage.end();
  } finally {
    closeSync(fd);
  }
}

/** A file that has no name any more: it is gone when it is closed. */
class CapturedFile implements LargeRecord {
  readonly #fd: number;
  readonly #size: number;
  readonly #stage: TextStage;

  constructor(fd: number, size: number, stage: TextStage) {
    this.#fd = fd;
    this.#size = size;
    this.#stage = stage;
  }

  discard(): void {
    closeSync(this.#fd);
  }

  async *pieces(): AsyncGenerator<string> {
    const bytes = Buffer.allocUnsafe(PIECE);
    try {
      for (let at = 0; at < this.#size; ) {
        const { bytesRead } = await promisify(read)(this.#fd, bytes, 0, Math.min(PIECE, this.#size - at), at);
        if (bytesRead === 0) break;
        at += bytesRead;
        yield this.#stage.push(bytes.toString('latin1', 0, bytesRead));
      }
      yield this.#stage.end();
    } finally {
      closeSync(this.#fd);
    }
  }
}
