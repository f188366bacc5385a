import { loadInstallation } from '../installation.ts';
import { type Database, openDatabase } from '../platform/database/connection.ts';
import { within } from '../platform/deadline.ts';
import { createLogger } from '../platform/logging.ts';
import { PRODUCT_SLUG } from '../platform/product.ts';
import { platformSettings } from '../platform/settings.ts';
import { liveEngines, queueFigures, queueStatistics } from '../queue/index.ts';
import { type Reading, type WatchOptions, watch } from './queue-live-view.ts';
import { memoryView, monitorView, statisticsView } from './queue-views.ts';

/** What is read at the same time, each by one statement or a few. */
const MAXIMUM_CONNECTIONS = 5;

/** How long a command waits at its end for a Postgres that does not respond. */
const CLOSE_MILLISECONDS = 2_000;

/** `qmonitor`: the engines, and the queues. */
export function monitorCommand(options: WatchOptions): Promise<void> {
  return watchQueue('qmonitor', options, async (database) => {
    const [engines, queues] = await Promise.all([liveEngines(database), queueFigures(database)]);
    return {
      data: { engines: engines.map(({ processes: _processes, ...engine }) => engine), queues },
      render: (columns) => monitorView(engines, queues, columns),
    };
  });
}

/** `qinfo`: everything in one summary. */
export function infoCommand(options: WatchOptions): Promise<void> {
  return watchQueue('qinfo', options, async (database) => {
    const statistics = await queueStatistics(database);
    return { data: statistics, render: (columns) => statisticsView(statistics, columns) };
  });
}

/** `qmemory`: what each process of the engines takes. */
export function memoryCommand(options: WatchOptions): Promise<void> {
  return watchQueue('qmemory', options, async (database) => {
    const engines = await liveEngines(database);
    return {
      data: {
        engines: engines.map(({ id, host, pid, queue, processes }) => ({ id, host, pid, queue, processes })),
      },
      render: (columns) => memoryView(engines, columns),
    };
  });
}

/** Opens the database. Nothing is logged: a line would stand in the middle of a table. */
async function watchQueue(
  commandName: string,
  options: WatchOptions,
  read: (database: Database) => Promise<Reading>,
): Promise<void> {
  const database = openDatabase(loadInstallation().settings.of(platformSettings).databaseUrl, {
    applicationName: `${PRODUCT_SLUG} ${commandName}`,
    maximumConnections: MAXIMUM_CONNECTIONS,
    logger: createLogger({ logLevel: 'silent' }, commandName),
  });
  try {
    await watch(options, () => read(database));
  } finally {
    // The process ends with it, so that nothing is left of what could not be closed.
    await within(CLOSE_MILLISECONDS, database.destroy()).catch(() => undefined);
  }
}
