/** What some programs write before UTF-8 text. It is no part of the text. */
export const BYTE_ORDER_MARK: Buffer = Buffer.from('\uFEFF');

/** Whether the bytes start with one. */
export function hasByteOrderMark(bytes: Buffer): boolean {
  return BYTE_ORDER_MARK.equals(bytes.subarray(0, BYTE_ORDER_MARK.length));
}
