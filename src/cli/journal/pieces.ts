import { StringDecoder } from 'node:string_decoder';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { LargeRecord } from '../output/output-record.ts';
import type { HeldFiles } from './held-file.ts';
import { journalError } from './journal-error.ts';
import type { JournalWriter } from './journal-writer.ts';
import type { HeldResult } from './records.ts';
import type { TextEncoding } from './text-buffer.ts';

/** Writes a large record by way of `write`, as fast as the journal takes it. If it cannot be read the journal stops. */
export async function writePieces(
  writer: JournalWriter,
  record: LargeRecord,
  write: (piece: string) => void,
): Promise<void> {
  try {
    for await (const piece of record.pieces()) {
      if (piece !== '') write(piece);
      if (writer.isFull) await writer.waitForRoom();
    }
  } catch (error) {
    writer.fail(journalError(`cannot read a result back: ${describeSystemError(error)}`, error));
  }
}

/** Puts a held-back result into the output. If it cannot be read the journal stops. */
export async function copyHeld(
  { writer, heldFiles, encoding }: { writer: JournalWriter; heldFiles: HeldFiles; encoding: TextEncoding },
  held: HeldResult,
): Promise<void> {
  const decoder = new StringDecoder(encoding);
  let text = '';
  try {
    for await (const piece of heldFiles.read(held)) {
      if (text !== '') writer.piece(text);
      if (writer.isFull) await writer.waitForRoom();
      text = decoder.write(piece);
    }
  } catch (error) {
    writer.fail(error instanceof CliError ? error : journalError('cannot read a result back', error));
  }
  writer.writeHeld(held, text + decoder.end());
}
