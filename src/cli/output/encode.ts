import { ItemError } from '../failures/item-error.ts';

/** One whole record. A function that returns nothing still did its item, so the record says `null`. */
export function encodeRecord(result: unknown): string {
  if (result === undefined) return 'null\n';
  let text: string | undefined;
  try {
    text = JSON.stringify(result);
  } catch (error) {
    throw notJson(explain(error), error);
  }
  if (text === undefined) throw notJson(`it is a ${typeof result}`);
  if (isStream(result)) throw notJson(`it is a stream of values (${nameOf(result)})`);
  // Only a record with `{}` in it can have lost something this way: all others are not walked.
  const lost = isError(result) || text.includes('{}') ? findLost(result) : undefined;
  if (lost !== undefined) throw notJson(`the content of the ${nameOf(lost)} would be lost`);
  return `${text}\n`;
}

/** The first object in there that JSON writes as `{}` though it holds something: a Map, an Error, a Response. */
function findLost(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null || hasToJson(value)) return undefined;
  if (isError(value)) return value;
  const inner: unknown[] = Object.values(value);
  if (inner.length === 0) return isOpaque(value) ? value : undefined;
  for (const part of inner) {
    const lost = findLost(part);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

// The built-in classes that keep what they hold out of JSON's sight have a tag or can be iterated. A class of the
// user's own that has no fields has nothing to lose.
function isOpaque(value: object): boolean {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return (
    value instanceof RegExp || Symbol.toStringTag in value || Symbol.iterator in value || isStream(value)
  );
}

function isStream(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && !hasToJson(value);
}

function isError(value: unknown): value is Error {
  return value instanceof Error && !hasToJson(value);
}

function hasToJson(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function nameOf(value: object): string {
  const tag = Symbol.toStringTag in value ? value[Symbol.toStringTag] : undefined;
  return typeof tag === 'string' ? tag : value.constructor.name;
}

// V8 draws the path of a cycle over several lines; its first line says all that fits here.
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('circular')) return 'it refers to itself';
  if (message.includes('BigInt')) return 'it holds a BigInt; convert it to a string or a number';
  return message;
}

// The item counts as failed, since its result would be lost.
function notJson(why: string, cause?: unknown): ItemError {
  return new ItemError('ERR_RESULT_NOT_JSON', `the result cannot be written as JSON: ${why}`, { cause });
}
