import { type RandomGenerator, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

/** Chance that comes out alike each time for the same seed and case, whatever other cases there were. */
export class Chance {
  readonly #generator: RandomGenerator;

  constructor(seed: number, caseNumber: number) {
    this.#generator = xoroshiro128plus(seed ^ Math.imul(caseNumber, 0x9e3779b1));
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return unsafeUniformIntDistribution(least, most, this.#generator);
  }

  oneOf<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('There is nothing to choose from');
    return item;
  }

  /** True so often, from 0 to 1. */
  happens(probability: number): boolean {
    return this.between(0, 999_999) < probability * 1_000_000;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.between(0, 255)));
  }
}
