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
  return `${text}\n`;
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
