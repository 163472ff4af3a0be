/** What was read so far, counted by whoever makes items and looked at by the reader. */
export class ReadCount {
  /** Items given. */
  items = 0;
  /** Lines or rows that were read and not yet asked for. */
  waiting = 0;
}
