import { orJournalError } from './journal-error.ts';
import type { TextBuffer } from './text-buffer.ts';

interface Appendable {
  readonly path: string;
  append(bytes: Buffer): Promise<void>;
}

/** Appends what a buffer holds, if it holds anything. */
export async function append(file: Appendable | undefined, { length, bytes }: TextBuffer): Promise<void> {
  if (file !== undefined && length > 0) await orJournalError('write', file.path, file.append(bytes));
}
