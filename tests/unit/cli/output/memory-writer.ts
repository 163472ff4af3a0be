import { RecordWriter } from '../../../../src/cli/output/record-writer.ts';

/** A writer into memory, and what came there. */
export function memoryWriter(): {
  writer: RecordWriter;
  written: () => string;
  finish: () => Promise<string>;
} {
  const parts: string[] = [];
  const write = async (text: string): Promise<void> => {
    parts.push(text);
  };
  const writer = new RecordWriter({ name: 'memory', write, close: async () => {} }, () => {});
  const written = (): string => parts.join('');
  const finish = async (): Promise<string> => {
    await writer.close();
    return written();
  };
  return { writer, written, finish };
}
