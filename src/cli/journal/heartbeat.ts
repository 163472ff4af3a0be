import type { JournalFiles } from './journal-files.ts';

/** How often a claim shows that its process lives. */
export const BEAT_EVERY = 2000;

/** Calls `fn` every `ms` milliseconds until the answer is called. */
export type Beat = (fn: () => void, ms: number) => () => void;

/** Not a reason for the process to go on. */
export const systemBeat: Beat = (fn, ms) => {
  const timer = setInterval(fn, ms);
  timer.unref();
  return () => clearInterval(timer);
};

/** Lets a file grow by an empty line now and then, until stopped: others may not see its process. */
export function startHeartbeat(files: JournalFiles, path: string, beat: Beat): () => Promise<void> {
  let beating = Promise.resolve();
  const stop = beat(() => {
    // A full disk is no reason to stop: then it looks dead to those who cannot see it, and they cannot write either.
    beating = appendText(files, path, '\n').catch(() => undefined);
  }, BEAT_EVERY);
  return () => {
    stop();
    return beating;
  };
}

/** Appends to a file, which is made where there is none. */
export async function appendText(files: JournalFiles, path: string, text: string): Promise<void> {
  const file = await files.open(path, 'append');
  try {
    await file.append(Buffer.from(text));
  } finally {
    await file.close();
  }
}
