/** Why an item failed before or after the user's function, found by greenpool. The message says everything. */
export class ItemError extends Error {
  readonly code: string;

  constructor(
    code: 'ERR_INPUT_LINE' | 'ERR_INPUT_READ' | 'ERR_RESULT_NOT_JSON' | 'ERR_NEVER_SETTLED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ItemError';
    this.code = code;
  }
}
