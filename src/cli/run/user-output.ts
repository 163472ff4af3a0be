import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { formatWithOptions } from 'node:util';
import type { SinkStream } from '../output/byte-sink.ts';

/** Formats as `console.log` does. */
export function formatValues(values: readonly unknown[], hasColor: boolean): string {
  return formatWithOptions({ colors: hasColor }, ...values);
}

/** Stdout while a run has it. */
export interface HeldStdout {
  /** The way to stdout that is left, for results. */
  readonly write: SinkStream;
  /** Gives stdout and the console back. */
  restore(): void;
}

/**
 * Sends what the user's code prints through the console or writes to stdout to `print`. Stdout carries results and
 * nothing else: one forgotten `console.log` would make the output unreadable for whoever comes next in the pipe.
 */
export function holdStdout(stdout: Writable, print: (text: string) => void): HeldStdout {
  const originalWrite = stdout.write;
  const originalConsole = globalThis.console;
  const lines = printedByLine(print);
  // The overloads differ only in whether the encoding is there, which printedByLine looks at.
  stdout.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    lines.take(chunk, typeof rest[0] === 'string' ? rest[0] : undefined);
    const done = rest.find((value) => typeof value === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  }) as typeof stdout.write;
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      print(String(chunk).replace(/\n$/, ''));
      done();
    },
  });
  globalThis.console = new Console({ stdout: stream, stderr: stream });
  return {
    write: (text, done) => originalWrite.call(stdout, text, 'utf8', done),
    restore() {
      globalThis.console = originalConsole;
      stdout.write = originalWrite;
      lines.end();
    },
  };
}

// The screen takes whole lines; a row of dots is one line, which ends some time.
function printedByLine(print: (text: string) => void): {
  take(chunk: string | Uint8Array, encoding: string | undefined): void;
  end(): void;
} {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  return {
    take(chunk, encoding) {
      const isText = typeof chunk === 'string' && (encoding === undefined || /^utf-?8$/i.test(encoding));
      // An encoding that Buffer does not know throws, as it does in a stream.
      const text = isText ? chunk : decoder.write(Buffer.from(chunk as string, encoding as BufferEncoding));
      partial += text;
      const end = partial.lastIndexOf('\n');
      if (end < 0) return;
      print(partial.slice(0, end));
      partial = partial.slice(end + 1);
    },
    end() {
      if (partial !== '') print(partial);
      partial = '';
    },
  };
}
