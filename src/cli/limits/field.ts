import { InvalidArgumentError } from 'commander';

/** `host=4`: at most four items with the same `host` at a time. */
export interface PerField {
  readonly field: string;
  readonly limit: number;
}

/** `FIELD=N`. */
export function parsePer(text: string): PerField {
  const at = text.lastIndexOf('=');
  const field = at < 0 ? text : text.slice(0, at);
  // Without a number: one at a time.
  const number = at < 0 ? '1' : text.slice(at + 1);
  const limit = Number(number);
  if (field === '' || !/^\d+$/.test(number) || !Number.isSafeInteger(limit) || limit === 0) {
    throw new InvalidArgumentError('It must be FIELD=N, such as host=4.');
  }
  return { field, limit };
}

// What a URL can be asked for, where the item is one, or has one.
const URL_PARTS = new Set(['host', 'hostname', 'origin', 'protocol', 'pathname', 'port']);

/**
 * The value of a field of an item: its own, by its name or a path such as `user.id`; or, for the parts of a URL, of the item itself or its
 * field `url`. `undefined` when it has none.
 */
export function fieldOf(item: unknown, path: string): unknown {
  const own = ownField(item, path);
  if (own !== undefined || !URL_PARTS.has(path)) return own;
  const address = typeof item === 'string' ? item : ownField(item, 'url');
  if (typeof address !== 'string') return undefined;
  try {
    return new URL(address)[path as 'host']; // one of URL_PARTS
  } catch {
    return undefined;
  }
}

function ownField(item: unknown, path: string): unknown {
  // A column of a CSV file may have a dot in its name.
  if (isObject(item) && Object.hasOwn(item, path)) return item[path];
  let value: unknown = item;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
