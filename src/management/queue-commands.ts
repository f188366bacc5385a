import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPlatform, type Platform } from '../platform/platform.ts';
import { liveEngines, openTaskQueue, queueStatistics, type TaskQueue } from '../queue/index.ts';
import { loadSettings } from '../settings.ts';
import { processTreeMemory } from './process-memory.ts';
import { engineTable, memoryTable, statisticsTable } from './queue-views.ts';

/** Options of the commands that watch. */
export interface WatchOptions {
  /** Prints once, and ends; otherwise again and again until Ctrl-C. */
  readonly once?: boolean;
}

/** How often a view is drawn anew. */
const REDRAW_MILLISECONDS = 1_000;

const CLEAR_SCREEN = '\u001b[2J\u001b[H';

/** `qmonitor`: the engines and the queue, live. */
export function monitorCommand(options: WatchOptions): Promise<void> {
  return withQueue('qmonitor', ({ database }, queue) =>
    watch(options, async () => {
      const [engines, queued, running] = await Promise.all([
        liveEngines(database),
        queue.queueSize(),
        queue.lockSize(),
      ]);
      return engineTable(engines, queued, running);
    }),
  );
}

/** `qinfo`: one summary. */
export function infoCommand(): Promise<void> {
  return withQueue('qinfo', async ({ database }, queue) => {
    process.stdout.write(statisticsTable(await queueStatistics(database, queue)));
  });
}

/** `qmemory`: what each process of the engines takes, live. */
export function memoryCommand(options: WatchOptions): Promise<void> {
  return withQueue('qmemory', ({ database }) =>
    watch(options, async () => {
      const engines = await liveEngines(database);
      return memoryTable(
        await Promise.all(
          engines.map(async (engine) => ({
            engine,
            processes: engine.host === hostname() ? await processTreeMemory(engine.pid) : [],
          })),
        ),
      );
    }),
  );
}

/** Opens what a look at the queue needs; says where the logs go that they are no part of a table. */
async function withQueue(
  commandName: string,
  look: (platform: Platform, queue: TaskQueue) => Promise<void>,
): Promise<void> {
  const platform = openPlatform(
    { ...loadSettings(), logLevel: 'silent' },
    { processName: commandName, maximumConnections: 4 },
  );
  const queue = openTaskQueue(platform);
  try {
    await look(platform, queue);
  } finally {
    await queue.close();
    await platform.close();
  }
}

async function watch({ once = false }: WatchOptions, draw: () => Promise<string>): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  for (;;) {
    const view = await draw();
    process.stdout.write(process.stdout.isTTY && !once ? `${CLEAR_SCREEN}${view}` : view);
    if (once) return;
    await sleep(REDRAW_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return;
  }
}
