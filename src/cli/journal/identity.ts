import { hash } from 'node:crypto';
import { fieldOf } from '../limits/field.ts';

// 22 characters of base64url hold 128 bits: among 10^9 different items, two share one with a chance of 10^-21.
const HASH_LENGTH = 22;
// A key is kept readable in the log unless it is long.
const LONGEST_KEY = 200;

/**
 * What an item is known by, whatever its line number: a hash of its value, or the value of its field `key`, which
 * may be a path such as `user.id`, behind a `=`. An item without that field is known by its value. Objects that differ only in the order of their fields are the
 * same item. Equal items share an identity: the journal counts them.
 *
 * @throws {RangeError} for a value that is nested more than 1,000 levels deep.
 */
export function identityOf(value: unknown, key?: string): string {
  const keyed = key === undefined ? undefined : fieldOf(value, key);
  if (keyed === undefined) return hashOf(canonical(value));
  const text = canonical(keyed);
  return text.length <= LONGEST_KEY ? `=${text}` : `=${hashOf(text)}`;
}

/** The key in an identity, as text; `undefined` if the item is known by its value, or the key was too long to keep. */
export function keyIn(identity: string): string | undefined {
  if (!identity.startsWith('=')) return undefined;
  const text = identity.slice(1);
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === 'string' ? key : text;
  } catch {
    return undefined;
  }
}

/** The 128 bits of an identity, for tables. */
export function fingerprintOf(identity: string): Buffer {
  const text = identity.startsWith('=') ? hashOf(identity) : identity;
  return Buffer.from(text, 'base64url');
}

/** 128 bits of a text. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, HASH_LENGTH);
}

/** The fields of objects that look alike. */
interface Layout {
  /** As they come. */
  readonly names: readonly string[];
  /** By code unit, each with what stands before its value: `{"name":` or `,"name":`. */
  readonly sorted: readonly { readonly name: string; readonly head: string }[];
}

// Of the last object at each depth: the items of a file mostly look alike.
const layouts: Layout[] = [];

// Far from where the stack ends, whatever it already holds: an item must be known by the same in every session.
const DEEPEST = 1000;

/** JSON with the fields of every object in one order: by code unit, since that of a language differs by machine. */
function canonical(value: unknown, depth: number = 0): string {
  if (depth > DEEPEST) throw new RangeError(`nested more than ${DEEPEST} levels deep`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map((element) => canonical(element, depth + 1)).join()}]`;
  // Own fields are read from the object that has them.
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields);
  if (names.length === 0) return '{}';
  let layout = layouts[depth];
  if (layout === undefined || !areEqual(layout.names, names)) {
    layout = layoutOf(names);
    layouts[depth] = layout;
  }
  let text = '';
  for (const { name, head } of layout.sorted) text += head + canonical(fields[name], depth + 1);
  return `${text}}`;
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}

function layoutOf(names: readonly string[]): Layout {
  const sorted = [...names].sort().map((name, index) => ({
    name,
    head: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
  }));
  return { names, sorted };
}
