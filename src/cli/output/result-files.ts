import { mkdirSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { Encoder } from './encoder.ts';
import type { Results } from './results.ts';

// Files that may be on their way before new items are held back. Node writes four at a time.
const MOST_UNDER_WAY = 64;

/** How files of results are named and made. */
export type FileForm = Pick<Encoder, 'encodeFile' | 'extension'>;

/**
 * One file for each record, `17.json` for item 17. A file is written beside its place and then put there, so that it
 * is there whole or not at all. An item without a record leaves no file, also none of an earlier run.
 */
export class ResultFiles implements Results {
  readonly #folder: string;
  readonly #form: FileForm;
  readonly #onFailure: (error: unknown) => void;
  readonly #underWay: Set<Promise<void>> = new Set();
  #room: Deferred<void> | undefined;

  /** Makes the folder, if there is none. */
  constructor(folder: string, form: FileForm, onFailure: (error: unknown) => void) {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw new CliError(`cannot write ${folder}: ${describeSystemError(error)}`, { cause: error });
    }
    this.#folder = folder;
    this.#form = form;
    this.#onFailure = onFailure;
  }

  get isFull(): boolean {
    return this.#underWay.size >= MOST_UNDER_WAY;
  }

  // Only functions have files of results, and what they come to is text.
  put(id: number, record: string): void {
    this.#follow(this.#write(id, this.#form.encodeFile(record)));
  }

  pass(id: number): void {
    this.#follow(rm(this.#pathOf(id), { force: true }));
  }

  waitForRoom(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    this.#room ??= deferred<void>();
    return this.#room.promise;
  }

  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #write(id: number, text: string): Promise<void> {
    const path = this.#pathOf(id);
    // Another process may write the same folder; the name it uses must be another one.
    const unfinished = `${path}.${process.pid}.part`;
    try {
      await writeFile(unfinished, text);
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  #pathOf(id: number): string {
    return join(this.#folder, `${id}${this.#form.extension}`);
  }

  #follow(work: Promise<void>): void {
    const followed = work
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => {
        this.#underWay.delete(followed);
        if (this.isFull) return;
        this.#room?.resolve();
        this.#room = undefined;
      });
    this.#underWay.add(followed);
  }
}
