import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { Item } from '../input/item.ts';
import type { Encoder } from './encoder.ts';
import type { OutputRecord } from './output-record.ts';
import { NO_RECORD } from './records.ts';
import { replaceFile } from './replace-file.ts';
import type { Results } from './results.ts';

/** How files of results are named and made. */
export type FileForm = Pick<Encoder, 'encodeFile' | 'extension'> & {
  /** The name for an item, without the extension. */
  readonly nameOf: (item: Item) => string;
};

/**
 * One file for each record, `17.json` for item 17, say. A file is there whole or not at all. An item without a record leaves no file, also none of an earlier run. An item keeps
 * its place until its file is there, so no more files than places are under way.
 */
export class ResultFiles implements Results {
  readonly #folder: string;
  readonly #form: FileForm;
  readonly #onFailure: (error: unknown) => void;
  readonly #underWay: Set<Promise<void>> = new Set();
  readonly isFull = false;

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

  // Only functions have files of results, and what they come to is text.
  put(item: Item, record: OutputRecord): Promise<void> {
    const path = join(this.#folder, `${this.#form.nameOf(item)}${this.#form.extension}`);
    const isText = typeof record === 'string' && record !== NO_RECORD;
    const work = isText ? replaceFile(path, this.#form.encodeFile(record)) : rm(path, { force: true });
    const followed = work
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
    return followed;
  }

  async waitForRoom(): Promise<void> {}

  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
