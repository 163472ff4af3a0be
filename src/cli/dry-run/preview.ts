/** What a dry run shows of items: the seam between it and the command that asked for it. */
export interface Preview {
  /** What the lines are, for a heading. */
  readonly what: string;
  /** How many items are shown. */
  readonly shown: number;
  /**
   * Gives what makes the line of an item; the line is only made for those that are shown.
   *
   * @throws what the item would fail of before anything is called.
   */
  lineFor(item: unknown, position: { readonly id: number; readonly slot: number }): () => string;
}

/** Shows the first item as JSON. */
export const itemPreview: Preview = {
  what: 'the first item, as JSON',
  shown: 1,
  lineFor: (item) => () => JSON.stringify(item),
};
