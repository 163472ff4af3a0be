import { firstLine } from '../../loader/error-facts.ts';
import { ItemError } from './item-error.ts';

/** What an item failed of, in the words of the table. */
export interface Cause {
  /** The same for all failures that share a row. */
  readonly key: string;
  readonly text: string;
}

// Past this a message says nothing new, and walking megabytes of it for each failure would be felt.
const LONGEST_MESSAGE = 500;

/** Describes anything that can be thrown, without ever throwing itself. */
export function describeCause(error: unknown): Cause {
  try {
    const text = firstLine(describe(error).slice(0, LONGEST_MESSAGE)) || 'an empty error';
    return { key: kindOf(error) ?? normalise(text), text };
  } catch {
    return { key: '', text: 'an error that cannot be described' };
  }
}

function kindOf(error: unknown): string | undefined {
  return error instanceof ItemError ? error.kind : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error))
    return `thrown: ${typeof error === 'string' ? error : JSON.stringify(error)}`;
  if (error instanceof ItemError) return error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const hasCode = code !== undefined && !error.message.includes(code);
  // fetch says only "fetch failed"; what went wrong is in the cause.
  const inner = error.cause instanceof Error && error.cause.message ? ` (${error.cause.message})` : '';
  return `${error.name}${hasCode ? ` [${code}]` : ''}: ${error.message.trim() || 'no message'}${inner}`;
}

/**
 * Removes what differs from item to item: quoted text, addresses, paths, ids and numbers. Two failures that then
 * read the same are taken for the same failure.
 */
function normalise(text: string): string {
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '""')
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, 'url')
    .replace(/(?:[\w.@~-]*\/)+[\w.@~-]+/g, 'path')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '#')
    .replace(/\d+(?:[.,:]\d+)*/g, '#');
}
