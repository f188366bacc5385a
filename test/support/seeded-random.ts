/** Numbers that look like chance, and are the same for the same seed. */
export interface SeededRandom {
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number;
  /** One of some things; `undefined` where there are none. */
  oneOf<T>(things: readonly T[]): T | undefined;
}

/** Begins a row of numbers (the generator mulberry32). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return { below, oneOf: (things) => things[below(things.length)] };
}
