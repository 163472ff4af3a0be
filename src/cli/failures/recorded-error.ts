import type { NormalError } from '../journal/normal-error.ts';
import { ItemError, type ItemErrorCode } from './item-error.ts';

/** An error that reads, and is grouped with others, as the one did that a journal has kept. */
export function recordedError({ name, code, message }: NormalError): Error {
  if (!isOurs(name, code)) return Object.assign(new Error(message), { name }, code !== undefined && { code });
  // Statuses of commands are told apart, unlike numbers in other messages.
  return new ItemError(code, message, name === 'ExitError' ? { kind: message } : {});
}

/** Errors of these names with such a code are made by greenpool. */
function isOurs(name: string, code: string | undefined): code is ItemErrorCode {
  return (name === 'ItemError' || name === 'ExitError') && code?.startsWith('ERR_') === true;
}
