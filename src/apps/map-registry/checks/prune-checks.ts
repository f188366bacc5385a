import type { TaskHandler } from '../../../queue/index.ts';
import type { NoArguments } from '../registry-tasks.ts';
import { mapRegistrySettings } from '../settings.ts';
import { dropCheckMonths, makeCheckMonths } from './check-months.ts';

/** How long it is remembered that the check of a task was counted. By then the task is not run again. */
const COUNTED_DAYS = 7;

const DAY_MILLISECONDS = 86_400_000;

/** Makes the function that keeps the history of checks: months ahead have their partition, and old months go. */
export function pruneChecksHandler(): TaskHandler<NoArguments, null> {
  return async (_args, { platform }) => {
    const { database } = platform;
    const { keptDays } = platform.settingsOf(mapRegistrySettings).checks;
    const now = new Date();
    await makeCheckMonths(database, now);
    await dropCheckMonths(database, new Date(now.getTime() - keptDays * DAY_MILLISECONDS));
    await database.raw(
      `DELETE FROM map_registry.counted_checks WHERE counted < clock_timestamp() - ? * interval '1 day'`,
      [COUNTED_DAYS],
    );
    return null;
  };
}
