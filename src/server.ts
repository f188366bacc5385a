import cluster from 'node:cluster';
import { openApplication } from './application.ts';
import { type Installation, loadInstallation } from './installation.ts';
import { openDatabase, waitForDatabase } from './platform/database/connection.ts';
import { errorMessage } from './platform/error-message.ts';
import { reportListenError, runServerProcesses, stopRequest } from './platform/http/server-processes.ts';
import { ListenError, listen } from './platform/http/web-server.ts';
import { createLogger, type Logger } from './platform/logging.ts';
import { openPlatform } from './platform/platform.ts';
import { PRODUCT_SLUG } from './platform/product.ts';
import { InvalidSettingsError } from './platform/settings/process-settings.ts';
import { type PlatformSettings, platformSettings } from './platform/settings.ts';

/** Connections to Postgres of one process. */
const MAXIMUM_CONNECTIONS = 10;

/** How long requests in flight may take once the server was asked to stop. */
const GRACE_MILLISECONDS = 30_000;

/** How much longer the primary waits before it kills a process that does not stop. */
const KILL_MARGIN_MILLISECONDS = 5_000;

/** The primary: waits for Postgres, keeps the processes running, and says where they listen. */
async function runPrimary(installation: Installation): Promise<void> {
  const settings = installation.settings.of(platformSettings);
  const logger = createLogger(settings, 'server');
  for (const warning of installation.settings.warnings) logger.warn(warning);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) logger.info({ signal }, 'stopping');
      stopping.abort();
    });
  }
  try {
    await waitForPostgres(settings, logger, stopping.signal);
    await runServerProcesses({
      processCount: settings.web.processCount,
      logger,
      stopMilliseconds: GRACE_MILLISECONDS + KILL_MARGIN_MILLISECONDS,
      signal: stopping.signal,
      onListening: (port) => {
        logger.info({ port, url: settings.web.baseUrl, processes: settings.web.processCount }, 'listening');
        process.send?.({ type: 'listening', port });
      },
    });
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
  logger.info('stopped');
}

async function waitForPostgres(
  settings: PlatformSettings,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const database = openDatabase(settings.databaseUrl, {
    applicationName: `${PRODUCT_SLUG} server`,
    maximumConnections: 1,
    logger,
  });
  try {
    await waitForDatabase(database, logger, signal);
  } finally {
    await database.destroy();
  }
}

/** One process that serves until it is asked to stop, and then finishes the requests that it has. */
async function runServer({ settings, apps }: Installation): Promise<void> {
  const platform = openPlatform(settings, { processName: 'server', maximumConnections: MAXIMUM_CONNECTIONS });
  const { logger } = platform;
  process.once('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'a server process ends, as an error was not expected');
    process.exit(1);
  });
  const stopRequested = stopRequest();
  const { application, queue, openListeners, close } = await openApplication(apps, platform);
  // The broker's first use takes connections of its own; requests that hold all of them would wait for it.
  await queue.ping().catch((error: unknown) => logger.warn({ err: error }, 'the queue is not ready yet'));
  const { port, address } = settings.of(platformSettings).web;
  const server = await listen(application, port, address);
  // The primary takes the first port that a process listens on for that of HTTP.
  const listeners = await openListeners();
  await stopRequested;
  await Promise.all([...listeners.values()].map((listener) => listener.close()));
  const cutOffConnections = await server.stop(GRACE_MILLISECONDS);
  if (cutOffConnections > 0) logger.warn({ cutOffConnections }, 'requests in flight took too long');
  await close();
  await platform.close();
}

try {
  const installation = loadInstallation();
  await (cluster.isPrimary ? runPrimary(installation) : runServer(installation));
} catch (error) {
  if (cluster.isWorker && error instanceof ListenError) await reportListenError(error);
  else if (error instanceof ListenError || error instanceof InvalidSettingsError)
    process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`The server cannot start: ${errorMessage(error)}\n`);
  process.exitCode = 1;
}
// Whatever still waits (a connection, a timer) would only hold up the end.
process.exit();
