import { errorCode } from '../../loader/error-facts.ts';

/** An error as the journal keeps it: what reports group by, and small. */
export interface NormalError {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
}

// A message can hold the body of a whole response. Past this it says nothing new.
const LONGEST_TEXT = 500;

/** Makes the record of anything that can be thrown. Never throws itself. */
export function normalError(error: unknown): NormalError {
  try {
    const code = errorCode(error);
    const [name, message] = error instanceof Error ? [error.name, error.message] : ['thrown', textOf(error)];
    return {
      name: shortText(name),
      ...(code !== undefined && { code: shortText(code) }),
      message: shortText(message),
    };
  } catch {
    return { name: 'thrown', message: 'an error that cannot be described' };
  }
}

/** The beginning of a text: no line of the journal is long. */
export function shortText(text: unknown): string {
  return String(text).slice(0, LONGEST_TEXT);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
