import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { formatWithOptions } from 'node:util';

/** Formats as `console.log` does. */
export function formatValues(values: readonly unknown[], hasColor: boolean): string {
  return formatWithOptions({ colors: hasColor }, ...values);
}

/**
 * Sends what the user's code prints through the console to `print`. Stdout carries results and nothing else: one
 * forgotten `console.log` would make the output unreadable for whoever comes next in the pipe.
 */
export function redirectConsole(print: (text: string) => void): () => void {
  const original = globalThis.console;
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      print(String(chunk).replace(/\n$/, ''));
      done();
    },
  });
  globalThis.console = new Console({ stdout: stream, stderr: stream });
  return () => {
    globalThis.console = original;
  };
}
