/** Numbers from 0 (included) to 1 that look random and are the same in every run with the same seed. */
export type Random = () => number;

/** The generator "mulberry32". */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `most`, both included. */
export function upTo(most: number, random: Random): number {
  return Math.floor(random() * (most + 1));
}
