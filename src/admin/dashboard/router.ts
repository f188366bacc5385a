import { type Response, Router } from 'express';
import type { AppContext } from '../../app-kit/app-context.ts';
import { queueOfApp, titleOf } from '../../app-kit/installed-apps.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import { queueSettings } from '../../queue/index.ts';
import type { TaskDescriber } from '../queue/task-describer.ts';
import { HISTORY_SPANS, type HistorySpan, readHistory } from './history.ts';
import { LiveDashboard } from './live-dashboard.ts';
import type { History } from './shapes.ts';
import { DashboardReader } from './snapshot.ts';
import { StreamReaders } from './stream-readers.ts';

/** Pages that one process sends changes to; others ask every few seconds. */
const MOST_STREAMS = 200;

/** After so long a browser that lost the stream asks for it again. */
const RECONNECT_MILLISECONDS = 3_000;

/** How long a history is good for everybody: its steps are a minute and more. */
const HISTORY_MILLISECONDS = 10_000;

/**
 * What the first page reads: `GET /api/dashboard`, as JSON or, to who accepts `text/event-stream`, as a stream of the
 * same JSON; and `GET /api/dashboard/history?span=hour`.
 */
export function createDashboardRoutes(
  context: AppContext,
  apps: readonly LoadedApp[],
  describer: TaskDescriber,
): Router {
  const { database, logger } = context.platform;
  const reader = new DashboardReader(database, describer, titlesByQueue(context, apps));
  const readers = new StreamReaders(context.platform);
  const live = new LiveDashboard(() => reader.read(), logger);
  const histories = new Map<HistorySpan, { readonly history: Promise<History>; readonly read: number }>();
  const router = Router();

  router.get('/api/dashboard', async (request, response) => {
    // A browser's script that names nothing accepts everything, and means JSON.
    if (request.accepts(['json', 'text/event-stream']) === 'text/event-stream') {
      if (live.watcherCount >= MOST_STREAMS)
        response.status(503).json({ detail: 'Too many dashboards are open.' });
      else {
        stream(live, response);
        readers.add(request, response);
      }
    } else {
      response.type('json').send(await live.current());
    }
  });

  router.get('/api/dashboard/history', async (request, response) => {
    const span = request.query['span'] === 'day' ? 'day' : 'hour';
    const known = histories.get(span);
    if (!known || performance.now() - known.read > HISTORY_MILLISECONDS) {
      const history = readHistory(database, span);
      histories.set(span, { history, read: performance.now() });
      history.catch(() => histories.delete(span));
    }
    response.json({ span, ...HISTORY_SPANS[span], ...(await histories.get(span)?.history) });
  });
  return router;
}

/** The titles of the apps whose tasks go to a queue, by the name of the queue. */
function titlesByQueue(
  { platform }: AppContext,
  apps: readonly LoadedApp[],
): ReadonlyMap<string, readonly string[]> {
  const { queueName } = platform.settingsOf(queueSettings);
  const installed = apps.map(({ app }) => app);
  const byQueue = Map.groupBy(installed, (app) => queueOfApp(app, installed, queueName));
  return new Map([...byQueue].map(([queue, own]) => [queue, own.map(titleOf)]));
}

function stream(live: LiveDashboard, response: Response): void {
  response.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // Nginx would hold it back.
    'X-Accel-Buffering': 'no',
  });
  response.write(`retry: ${RECONNECT_MILLISECONDS}\n\n`);
  const stopWatching = live.watch({
    onNews: (json) => {
      // A slow reader misses changes; each one that follows has everything.
      if (!response.writableNeedDrain) response.write(`data: ${json}\n\n`);
    },
    // It sets the clock of the browser, and shows that what it has is up to date.
    onLook: () => {
      if (!response.writableNeedDrain) response.write(`event: read\ndata: ${Date.now()}\n\n`);
    },
    onFailure: () => response.end(),
  });
  response.once('close', stopWatching);
}
