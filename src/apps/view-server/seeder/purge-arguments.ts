/** Which tiles are purged: those of a product, or those of a collection, in all of the world and of time unless it is said. */
export type PurgeArguments = {
  /** The identifier of a product. */
  readonly product?: string;
  readonly collection?: string;
  /** West, south, east and north, in degrees. */
  readonly box?: number[];
  /** `start/end`. */
  readonly interval?: string;
};
