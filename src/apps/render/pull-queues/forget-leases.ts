import type { TaskHandler } from '../../../queue/index.ts';
import { forgetLeaseCounts } from './queues.ts';

/** Removes figures of leases that are too old for any statistic. */
export const forgetLeases: TaskHandler<Record<string, never>, number> = (_args, { platform }) =>
  forgetLeaseCounts(platform.database);
