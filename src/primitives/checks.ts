/** How error messages show a value that was refused. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'object' && value !== null)
    return `an object (${Object.prototype.toString.call(value)})`;
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

/**
 * An integer of at least `least`, or `Infinity`.
 *
 * @throws {TypeError} when `value` is no number, `NaN` or a fraction.
 * @throws {RangeError} when it is smaller than `least`.
 */
export function checkedCount(name: string, value: unknown, least = 0): number {
  if (
    typeof value !== 'number' ||
    Number.isNaN(value) ||
    (Number.isFinite(value) && !Number.isInteger(value))
  ) {
    throw new TypeError(`${name} must be an integer >= ${least} or Infinity, got ${show(value)}`);
  }
  if (value < least) throw new RangeError(`${name} must be >= ${least}, got ${value}`);
  return value;
}

/**
 * A time in milliseconds, fractions and `Infinity` included.
 *
 * @throws {TypeError} when `value` is no number or `NaN`.
 * @throws {RangeError} when it is negative.
 */
export function checkedDuration(name: string, value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`${name} must be a number of milliseconds >= 0, got ${show(value)}`);
  }
  if (value < 0) throw new RangeError(`${name} must be >= 0 ms, got ${value}`);
  return value;
}

/** @throws {TypeError} when `value` is not an `AbortSignal`. */
export function checkedSignal(name: string, value: unknown): AbortSignal {
  // By shape, since signals of another realm or a polyfill are as good.
  const signal = value as AbortSignal | null;
  if (typeof signal !== 'object' || signal === null || typeof signal.aborted !== 'boolean') {
    throw new TypeError(`${name} must be an AbortSignal, got ${show(value)}`);
  }
  return signal;
}

/** @throws {TypeError} when `value` is not a function. */
export function checkedFunction<F extends (...args: never[]) => unknown>(name: string, value: F): F {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, got ${show(value)}`);
  return value;
}

/** @throws {TypeError} when `value` is not an object. */
export function checkedObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name} must be an object, got ${show(value)}`);
  }
}

/** Whether `await` would wait for `value`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function' // any object may be asked for a property
  );
}
