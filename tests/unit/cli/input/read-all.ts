import { Readable } from 'node:stream';
import type { Item, ItemSource } from '../../../../src/cli/input/item.ts';
import type { InputSource } from '../../../../src/cli/input/source.ts';

/** All items of a source, one after another. */
export async function readAll(source: ItemSource): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of source) items.push(...batch);
  return items;
}

/** A source of input that gives these chunks. */
export function sourceOf(chunks: readonly string[], name?: string): InputSource {
  const open = (): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return { name, stats: undefined, open };
}
