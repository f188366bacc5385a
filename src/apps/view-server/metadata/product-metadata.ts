import type { Footprint } from '../catalogue/product.ts';

/** What metadata says of a product. */
export interface ProductMetadata {
  readonly identifier?: string | undefined;
  readonly type?: string | undefined;
  readonly level?: string | undefined;
  readonly footprint?: Footprint | undefined;
  readonly begins?: Date | undefined;
  readonly ends?: Date | undefined;
  readonly properties: Readonly<Record<string, string | number>>;
}

/** Puts together what several sources say, the first one first. */
export function mergeMetadata(sources: readonly ProductMetadata[]): ProductMetadata {
  // Times are of one source: a begin of one and an end of another make no interval.
  const timed = sources.find(({ begins }) => begins !== undefined);
  return {
    identifier: firstOf(sources, ({ identifier }) => identifier),
    type: firstOf(sources, ({ type }) => type),
    level: firstOf(sources, ({ level }) => level),
    footprint: firstOf(sources, ({ footprint }) => footprint),
    begins: timed?.begins,
    ends: timed?.ends,
    properties: Object.assign({}, ...sources.toReversed().map(({ properties }) => properties)),
  };
}

function firstOf<T>(
  sources: readonly ProductMetadata[],
  read: (source: ProductMetadata) => T | undefined,
): T | undefined {
  for (const source of sources) {
    const value = read(source);
    if (value !== undefined) return value;
  }
  return undefined;
}
