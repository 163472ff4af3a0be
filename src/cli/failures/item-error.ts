/** What greenpool itself finds wrong with an item. The codes stay as they are: scripts look for them. */
export type ItemErrorCode =
  | 'ERR_INPUT_LINE'
  | 'ERR_INPUT_READ'
  | 'ERR_RESULT_NOT_JSON'
  | 'ERR_RESULT_NOT_CSV'
  | 'ERR_RESULT_NOT_LINE'
  | 'ERR_ITEM_FIELD'
  | 'ERR_ITEM_INTERRUPTED'
  | 'ERR_NEVER_SETTLED'
  | 'ERR_NEVER_ENDED'
  | 'ERR_NO_FIELD'
  | 'ERR_ITEM_CANCELLED'
  | 'ERR_ARGUMENT'
  | 'ERR_START'
  | 'ERR_EXIT';

/** Why an item failed before or after the user's function, found by greenpool. The message says everything. */
export class ItemError extends Error {
  readonly code: string;
  /** Of one kind with all errors that have the same; without it the message decides. */
  readonly kind: string | undefined;

  constructor(
    code: ItemErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly kind?: string } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = options.kind;
    this.name = 'ItemError';
    this.code = code;
  }
}
