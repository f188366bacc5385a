/** Numbers that look like chance, and are the same for the same seed. */
export interface SeededRandom {
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[];
  /** This many different whole numbers from `least` to `most`, in no order. */
  distinctBetween(count: number, least: number, most: number): number[];
}

/** Seeds are whole numbers from 0 to this one. */
export const LARGEST_SEED = 2 ** 32 - 1;

/** Begins the numbers of one copy of a document (the generator mulberry32). Copies of a seed have different numbers. */
export function seededRandom(seed: number, copyNumber: number): SeededRandom {
  let state = (seed ^ Math.imul(copyNumber, 0x9e3779b9)) >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  const shuffled = <T>(things: readonly T[]): T[] =>
    things
      .map((thing) => ({ thing, place: fraction() }))
      .sort((left, right) => left.place - right.place)
      .map(({ thing }) => thing);
  const distinctBetween = (count: number, least: number, most: number): number[] => {
    if (most - least + 1 < count) throw new RangeError(`No ${count} numbers from ${least} to ${most}`);
    const numbers = new Set<number>();
    while (numbers.size < count) numbers.add(between(least, most));
    return shuffled([...numbers]);
  };
  return { between, shuffled, distinctBetween };
}
