import { orJournalError } from './journal-error.ts';
import type { TextBuffer } from './text-buffer.ts';

interface Appendable {
  readonly path: string;
  append(bytes: Buffer): Promise<void>;
}

/** Appends what a buffer holds. */
export function append(file: Appendable, { bytes }: TextBuffer): Promise<void> {
  return orJournalError('write', file.path, file.append(bytes));
}
