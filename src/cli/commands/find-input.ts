import { CliError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import { formatOfName, isRowFormat } from '../input/formats.ts';
import type { RunInput } from '../input/open-items.ts';
import { findSources } from '../input/source.ts';
import type { SessionOptions } from '../options.ts';

/** Refuses to wait for a person who types items, who more likely forgot them. */
export function refuseTerminal(
  { input }: Pick<SessionOptions, 'input'>,
  words: readonly string[] | undefined,
  { stdin, help }: { readonly stdin: Host['stdin']; readonly help: string },
): void {
  if (words === undefined && input.length === 0 && stdin.isTTY) {
    throw new CliError(`no input: stdin is a terminal\n${help}`);
  }
}

/** Finds what a run reads, and checks what can be checked before anything starts. */
export async function findInput(
  { input, from, failed }: Pick<SessionOptions, 'input' | 'from'> & Partial<Pick<SessionOptions, 'failed'>>,
  words: readonly string[] | undefined,
  { stdin }: Pick<Host, 'stdin'>,
): Promise<RunInput> {
  if (words !== undefined) return { sources: [], words };
  const sources = findSources(input, stdin);
  const hasRows = isRowFormat(from) || (from === 'auto' && sources.some(({ name }) => formatOfName(name)));
  if (hasRows) {
    // Loaded here: an input of lines does not wait for the parser of rows.
    const { checkInputs } = await import('../input/check-inputs.ts');
    checkInputs(sources, from, { forFailed: failed !== undefined });
  }
  return { sources, words };
}
