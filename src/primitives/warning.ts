import { show } from './checks.ts';

interface Process {
  emitWarning?(message: string, options: { type: string; detail: string }): void;
}

// Absent in browsers, where the types of Node say otherwise.
const { process } = globalThis as { process?: Process };

/** Reports an error that belongs to nobody: a process warning with the stack, `console.error` where there is no process. */
export function warnOf(message: string, error: unknown): void {
  const text = `${message}: ${error instanceof Error ? error.message : show(error)}`;
  const detail = (error instanceof Error ? error.stack : undefined) ?? show(error);
  if (process?.emitWarning === undefined) console.error(text, error);
  else process.emitWarning(text, { type: 'GreenpoolWarning', detail });
}
