import { defineTaskFunction } from '../../../queue/index.ts';

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

/** Removes tiles, so that they are drawn again; the result is how many there were. */
export const purgeTask = defineTaskFunction<PurgeArguments, number>({
  name: 'view_server.purge',
  load: async () => (await import('./purge-task-handler.ts')).purge,
});

/** Removes tiles that have expired or are over the limit, and what purges have left; the result is how many objects there were. */
export const tidyTilesTask = defineTaskFunction<Record<string, never>, number>({
  name: 'view_server.tidy_tiles',
  load: async () => (await import('./tidy-task-handler.ts')).tidy,
});
