import { printable } from '../failures/printable.ts';
import { keyIn } from '../journal/identity.ts';
import type { ItemRow } from '../journal/item-history.ts';

const LONGEST_LABEL = 40;

/** By what people know an item: its number, and its key where it has one. No two items have the same. */
export function itemName({ n, id }: Pick<ItemRow, 'n' | 'id'>): string {
  const key = keyIn(id);
  return key === undefined ? `item ${n}` : `item ${n}: ${key}`;
}

/** The same in a column, with the beginning of an item that has no key where that is known. */
export function shortItemName(row: Pick<ItemRow, 'n' | 'id' | 'item'>): string {
  const { n, id, item } = row;
  const label = keyIn(id) ?? item;
  if (label === undefined) return `item ${n}`;
  return `item ${n}: ${printable(label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL)}...` : label)}`;
}

/** What the journal knows an item by: its key as text, else a hash. */
export function identityText(id: string): string {
  return keyIn(id) ?? id.replace(/^=/, '');
}
