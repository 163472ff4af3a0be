import { msUntil } from '../../primitives/clock.ts';

interface HeaderReader {
  get(name: string): unknown;
}

/**
 * How long the other side asked to be left alone, in ms, as told by an error: its own `retryAfter` in milliseconds, or the
 * header `Retry-After` (RFC 9110, 10.2.3: seconds, or a date) of its `headers` or of its `response`. `undefined` when it says nothing,
 * or nothing that makes sense. Never throws.
 */
export function retryAfterOf(error: unknown): number | undefined {
  try {
    if (typeof error !== 'object' || error === null) return undefined;
    const { retryAfter, headers, response } = error as Record<string, unknown>; // any object may be asked
    if (typeof retryAfter === 'number') return sensible(retryAfter);
    const header = headerOf(headers) ?? headerOf((response as { headers?: unknown } | undefined)?.headers);
    return header === undefined ? undefined : sensible(parseHeader(header));
  } catch {
    // A getter of the error threw.
    return undefined;
  }
}

function headerOf(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const { get } = headers as Partial<HeaderReader>; // any object may be asked
  const value =
    typeof get === 'function'
      ? get.call(headers, 'retry-after')
      : Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return value === undefined || value === null ? undefined : String(value);
}

function parseHeader(text: string): number {
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  // Date.parse finds a date in "0.7", too.
  return /^\s*[a-z]/i.test(text) ? msUntil(Date.parse(text)) : Number.NaN;
}

function sensible(ms: number): number | undefined {
  if (Number.isNaN(ms) || ms === Number.POSITIVE_INFINITY) return undefined;
  return Math.max(0, ms);
}
