import { InvalidArgumentError } from 'commander';

/** `ECONNRESET,ERR_TIMEOUT,503,TypeError,5xx`: what an error must be or have for another attempt. */
export function parseRetryOn(text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.some((word) => !/^[\w$.-]+$/.test(word))) {
    throw new InvalidArgumentError(
      'It must be a list of codes, names or HTTP statuses, such as ECONNRESET,503,5xx.',
    );
  }
  return words;
}

/** Whether `error`, or what caused it, is one of `words`. Never throws. */
export function isOneOf(words: readonly string[], error: unknown): boolean {
  try {
    for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < 5; depth += 1) {
      if (namesOf(cause).some((name) => words.includes(name))) return true;
      cause = (cause as { cause?: unknown }).cause; // any value may be asked
    }
    return false;
  } catch {
    // A getter of the error threw.
    return false;
  }
}

function namesOf(error: unknown): string[] {
  const { code, name, status, statusCode } = error as Record<string, unknown>; // any value may be asked
  const http = [status, statusCode].filter((value) => typeof value === 'number').map(String);
  const classes = http.map((value) => `${value.charAt(0)}xx`);
  return [...[code, name].filter((value) => value !== undefined).map(String), ...http, ...classes];
}
