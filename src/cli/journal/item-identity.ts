import type { Item } from '../input/item.ts';
import { hashOf, identityOf, keyIn } from './identity.ts';

/** What an item is known by: its value, its field `key`, or what stands in its place where it has no value. */
export function identityOfItem({ value, error, raw, line, source }: Item, key: string | undefined): string {
  if (error === undefined) {
    try {
      return identityOf(value, key);
    } catch (tooDeep) {
      if (!(tooDeep instanceof RangeError)) throw tooDeep;
    }
  }
  // What cannot be read, or nobody can write, is known by what stands there; where that was not kept, by its place.
  const text = raw instanceof Uint8Array ? Buffer.from(raw).toString('latin1') : raw;
  return identityOf({ unreadable: text ?? `${source ?? ''}:${line}` });
}

// Systems take names of 255 bytes, and there is an extension and the name of a file under way.
const LONGEST_NAME = 200;

/** The name of a file for what has this identity: its key where that makes one, else a hash. */
export function fileNameOf(identity: string): string {
  const name = encodeURIComponent(keyIn(identity) ?? '');
  if (name !== '' && name.length <= LONGEST_NAME && !/^\.+$/.test(name)) return name;
  return identity.startsWith('=') ? hashOf(identity) : identity;
}
