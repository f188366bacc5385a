import { defineTaskFunction } from '../../../queue/index.ts';

/** Removes attempts and items that are older than the settings say; the result is how many rows there were. */
export const forgetItemsTask = defineTaskFunction<Record<string, never>, number>({
  name: 'view_server.forget_items',
  load: async () => (await import('./forget-items.ts')).forgetItems,
});
