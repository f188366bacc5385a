import { within } from '../platform/deadline.ts';
import { openPlatform, type Platform } from '../platform/platform.ts';
import { liveEngines, openTaskQueue, queueFigures, queueStatistics, type TaskQueue } from '../queue/index.ts';
import { loadSettings } from '../settings.ts';
import { type Reading, type WatchOptions, watch } from './queue-live-view.ts';
import { memoryView, monitorView, statisticsView } from './queue-views.ts';

/** How long a command waits at its end for a Postgres that does not answer. */
const CLOSE_MILLISECONDS = 2_000;

/** `qmonitor`: the engines, and the queues. */
export function monitorCommand(options: WatchOptions): Promise<void> {
  return watchQueue('qmonitor', options, async (platform, queue) => {
    const [engines, queues] = await Promise.all([
      liveEngines(platform.database),
      queueFigures(platform, queue),
    ]);
    return {
      data: { engines: engines.map(({ processes: _processes, ...engine }) => engine), queues },
      render: (columns) => monitorView(engines, queues, columns),
    };
  });
}

/** `qinfo`: everything in one summary. */
export function infoCommand(options: WatchOptions): Promise<void> {
  return watchQueue('qinfo', options, async (platform, queue) => {
    const statistics = await queueStatistics(platform, queue);
    return { data: statistics, render: (columns) => statisticsView(statistics, columns) };
  });
}

/** `qmemory`: what each process of the engines takes. */
export function memoryCommand(options: WatchOptions): Promise<void> {
  return watchQueue('qmemory', options, async ({ database }) => {
    const engines = await liveEngines(database);
    return {
      data: {
        engines: engines.map(({ id, host, pid, queue, processes }) => ({ id, host, pid, queue, processes })),
      },
      render: (columns) => memoryView(engines, columns),
    };
  });
}

/** Opens what a look at the queue needs. Nothing is logged: a line would stand in the middle of a table. */
async function watchQueue(
  commandName: string,
  options: WatchOptions,
  read: (platform: Platform, queue: TaskQueue) => Promise<Reading>,
): Promise<void> {
  const platform = openPlatform(
    { ...loadSettings(), logLevel: 'silent' },
    { processName: commandName, maximumConnections: 4 },
  );
  const queue = openTaskQueue(platform);
  try {
    await watch(options, () => read(platform, queue));
  } finally {
    const closing = queue.close().then(() => platform.close());
    // The process ends with it, so that nothing is left of what could not be closed.
    await within(CLOSE_MILLISECONDS, closing).catch(() => undefined);
  }
}
