import type { Host } from '../host.ts';

/** Whether stderr shows colours: a terminal, and nobody asked for none. */
export function supportsColor({ stderr, env }: Pick<Host, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** Whether a line on stderr can be drawn over. */
export function supportsStatusLine({ stderr, env }: Pick<Host, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && env.TERM !== 'dumb';
}
