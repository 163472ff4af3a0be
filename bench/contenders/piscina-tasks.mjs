// The same tasks as piscina calls them: with one argument, an array where there are several.
import { move } from 'piscina';
import { countUp } from './thread-tasks.mjs';

export { compute } from './thread-tasks.mjs';

export const add = ([a, b]) => a + b;

export function count(bytes) {
  countUp(bytes);
  return move(bytes);
}
