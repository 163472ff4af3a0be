import { inspect } from 'node:util';
import { retryAfterOf } from '../core/limits/retry-after.ts';
import {
  Empty,
  ExecutorError,
  Full,
  GreenletExit,
  GreenpoolError,
  PoolClosedError,
  PoolDeadlockError,
  Timeout,
} from '../errors.ts';

/** Something thrown, in a form that can be copied to another thread whatever it holds. */
export type Crossed =
  | CrossedError
  /** No error, but something that can be copied. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** The error of this number, counted from the outermost one: causes may go in a circle. */
  | { readonly kind: 'again'; readonly number: number };

interface CrossedError {
  readonly kind: 'error';
  /** The nearest class that both sides know. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Crossed | undefined;
  /** Of an `AggregateError`. */
  readonly errors: readonly Crossed[] | undefined;
  /** Its own enumerable properties, `code` among them. */
  readonly data: Readonly<Record<string, unknown>>;
}

type ErrorClass = { readonly prototype: object };

/** The classes that an error is revived as. */
const known: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>(
  [
    ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError],
    ...[
      GreenpoolError,
      GreenletExit,
      Timeout,
      PoolClosedError,
      PoolDeadlockError,
      Full,
      Empty,
      ExecutorError,
    ],
  ].map((type) => [type.name, type]),
);

/** `thrown`, ready to be copied. Properties that cannot be copied become the text that `inspect` gives. */
export function pack(thrown: unknown): Crossed {
  try {
    return packAny(thrown, new Map());
  } catch {
    // A Proxy may throw at any question.
    return packAny(new TypeError('a task threw something that throws when it is looked at'), new Map());
  }
}

function packAny(thrown: unknown, seen: Map<unknown, number>): Crossed {
  const number = seen.get(thrown);
  if (number !== undefined) return { kind: 'again', number };
  if (!(thrown instanceof Error)) return packValue(thrown, seen);
  seen.set(thrown, seen.size);
  const { name, message, stack } = thrown;
  return {
    kind: 'error',
    type: typeOf(thrown),
    name: String(name),
    message: String(message),
    stack: typeof stack === 'string' ? stack : undefined,
    cause: 'cause' in thrown ? packAny(thrown.cause, seen) : undefined,
    errors: thrown instanceof AggregateError ? thrown.errors.map((error) => packAny(error, seen)) : undefined,
    data: dataOf(thrown),
  };
}

function packValue(value: unknown, seen: Map<unknown, number>): Crossed {
  if (isCopyable(value)) return { kind: 'value', value };
  return packAny(
    new TypeError(`a task threw something that cannot be copied: ${inspect(value)}; throw an Error`),
    // Made up, but counted by the other side as all are.
    seen,
  );
}

function typeOf(error: Error): string {
  if (error instanceof DOMException) return 'DOMException';
  for (
    let prototype: unknown = Object.getPrototypeOf(error);
    typeof prototype === 'object' && prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const name = prototype.constructor.name;
    // By name, since an error of another realm has a class of its own.
    if (known.has(name)) return name;
  }
  return 'Error';
}

function dataOf(error: Error): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(error)) {
    if (key === 'stack' || key === 'message' || key === 'cause' || key === 'errors') continue;
    data[key] = isCopyable(value) ? value : inspect(value);
  }
  // Whoever tries again goes by it, and what has told it, such as a response, may not get across.
  const retryAfter = retryAfterOf(error);
  return retryAfter === undefined ? data : { retryAfter, ...data };
}

function isCopyable(value: unknown): boolean {
  if (typeof value === 'symbol' || typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null) return true;
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** What `pack` was given, as good as it can be had here: of the same class where it is known, else with the same name. */
export function unpack(crossed: Crossed): unknown {
  return unpackAny(crossed, []);
}

function unpackAny(crossed: Crossed, made: Error[]): unknown {
  if (crossed.kind === 'value') return crossed.value;
  if (crossed.kind === 'again') return made[crossed.number];
  const error = revive(crossed);
  made.push(error);
  if (crossed.stack !== undefined) define(error, 'stack', crossed.stack);
  if (error.name !== crossed.name) define(error, 'name', crossed.name);
  if (crossed.cause !== undefined) define(error, 'cause', unpackAny(crossed.cause, made));
  if (crossed.errors !== undefined) {
    define(
      error,
      'errors',
      crossed.errors.map((inner) => unpackAny(inner, made)),
    );
  }
  for (const [key, value] of Object.entries(crossed.data)) define(error, key, value, true);
  return error;
}

function revive({ type, name, message }: CrossedError): Error {
  if (type === 'DOMException') return new DOMException(message, name);
  const error = new Error(message);
  return Object.setPrototypeOf(error, known.get(type)?.prototype ?? Error.prototype) as Error; // `error` itself
}

// Not assigned: a class may have a getter of that name.
function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable });
}
