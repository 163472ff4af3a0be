/** What greenpool itself finds wrong with an item. The codes stay as they are: scripts look for them. */
export type ItemErrorCode =
  | 'ERR_INPUT_LINE'
  | 'ERR_INPUT_READ'
  | 'ERR_RESULT_NOT_JSON'
  | 'ERR_RESULT_NOT_CSV'
  | 'ERR_RESULT_NOT_LINE'
  | 'ERR_ITEM_FIELD'
  | 'ERR_NEVER_SETTLED';

/** Why an item failed before or after the user's function, found by greenpool. The message says everything. */
export class ItemError extends Error {
  readonly code: string;

  constructor(code: ItemErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ItemError';
    this.code = code;
  }
}
