/** How a promise stands, for asking without waiting. */
export interface Seen<T> {
  state: 'pending' | 'done' | 'failed';
  value: T | undefined;
  error: unknown;
}

/** Watches `promise`; its rejection counts as handled. */
export function watch<T>(promise: Promise<T>): Seen<T> {
  const seen: Seen<T> = { state: 'pending', value: undefined, error: undefined };
  promise.then(
    (value) => Object.assign(seen, { state: 'done', value }),
    (error) => Object.assign(seen, { state: 'failed', error }),
  );
  return seen;
}
