import type { Platform } from '../platform/platform.ts';
import type { TaskQueue } from '../queue/index.ts';

/** What an app is given by the process that it runs in. Its settings are `platform.settingsOf(its section)`. */
export interface AppContext {
  readonly platform: Platform;
  /** The queue that the app's tasks go to. */
  readonly queue: TaskQueue;
}
