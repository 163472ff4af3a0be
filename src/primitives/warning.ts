import { show } from './checks.ts';

interface Process {
  emitWarning?(message: string, options: { type: string; detail: string }): void;
}

// Absent in browsers, where the types of Node say otherwise.
const { process } = globalThis as { process?: Process };

/**
 * Reports an error that belongs to nobody: a process warning with the stack, `console.error` where there is no process. Throws
 * nothing, whatever the error is: callers stand between two steps of a pool.
 */
export function warnOf(message: string, error: unknown): void {
  const { text, detail } = described(message, error);
  if (process?.emitWarning === undefined) console.error(text, detail);
  else process.emitWarning(text, { type: 'GreenpoolWarning', detail });
}

function described(message: string, error: unknown): { text: string; detail: string } {
  try {
    if (!(error instanceof Error)) return { text: `${message}: ${show(error)}`, detail: show(error) };
    // Both may be getters of the user.
    const { message: reason, stack } = error;
    return { text: `${message}: ${reason}`, detail: `${stack ?? reason}` };
  } catch {
    return { text: `${message}: an error that throws when it is read`, detail: '' };
  }
}
