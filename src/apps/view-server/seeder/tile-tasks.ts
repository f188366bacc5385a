import { defineTaskFunction } from '../../../queue/index.ts';
import type { PurgeArguments } from './purge-arguments.ts';

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
