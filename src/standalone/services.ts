import { shownPath } from '../app-kit/sandbox/shown-path.ts';
import type { RunningStandIn, StandInContext } from '../app-kit/sandbox/stand-in.ts';
import { appDirectory, type SandboxedApp } from './app-sandboxes.ts';
import type { DataFolder } from './data-folder.ts';
import type { KeptInstallation } from './kept-installation.ts';
import { formatEvent, openLogFile } from './log-output.ts';
import { OBJECT_STORAGE_PORT, openObjectStorageService } from './object-storage-service.ts';
import { openPostgresService, POSTGRES_PORT } from './postgres-service.ts';
import { withoutBlanks } from './standalone-environment.ts';

/** Something that ran ended, and it makes no sense to go on; the message says what and why. */
export class StandaloneEndedError extends Error {
  override readonly name = 'StandaloneEndedError';
}

/** Everything that runs beside the server and the engines. */
export interface Services {
  readonly postgres: RunningStandIn;
  /** Undefined where no app has a bucket. */
  readonly objectStorage: RunningStandIn | undefined;
  /** The stand-ins of each app, by the app's name. */
  readonly ofApps: ReadonlyMap<string, readonly RunningStandIn[]>;
}

/** What services are started with. */
export interface ServicesContext {
  readonly folder: DataFolder;
  readonly installation: KeptInstallation;
  /** What the user has set. */
  readonly environment: NodeJS.ProcessEnv;
  readonly apps: readonly SandboxedApp[];
  /** Is given lines for the terminal. */
  readonly print: (line: string) => void;
  /** Is given what stops each service, in the order of their start. */
  readonly cleanUps: (() => Promise<void>)[];
  /** Is called when a service has ended on its own. */
  readonly fail: (error: Error) => void;
}

/** Keys in {@link KeptInstallation.ports}; a stand-in of an app has its name in lower case. */
const POSTGRES_KEY = 'postgres';
const OBJECT_STORAGE_KEY = 'objectStorage';

/** Starts Postgres, S3 and the stand-ins of the apps, as far as the user has no own. */
export async function openServices(context: ServicesContext): Promise<Services> {
  const own = [openPostgres(context), openObjectStorage(context)] as const;
  // All of them, also where one fails, so that whatever was started is stopped.
  await Promise.allSettled(own);
  const [postgres, objectStorage] = await Promise.all(own);
  const databaseUrl = postgres.environment['DATABASE_URL'];
  const opening = context.apps.flatMap((sandboxed) =>
    openStandIns(sandboxed, { objectStorage, databaseUrl }, context),
  );
  await Promise.allSettled(opening);
  const opened = await Promise.all(opening);
  const ofApps = new Map(
    context.apps.map(({ app }) => [
      app.name,
      opened.filter(({ owner }) => owner === app.name).map(({ standIn }) => standIn),
    ]),
  );
  return { postgres, objectStorage, ofApps };
}

/** All services, in the order in which people read of them. */
export function listServices({ postgres, objectStorage, ofApps }: Services): readonly RunningStandIn[] {
  return [postgres, ...(objectStorage ? [objectStorage] : []), ...[...ofApps.values()].flat()];
}

/** Where the services listen now; where one that does not run listened last. */
export function portsOf(services: Services, { ports }: KeptInstallation): Readonly<Record<string, number>> {
  const now = [
    { key: POSTGRES_KEY, port: services.postgres.port },
    { key: OBJECT_STORAGE_KEY, port: services.objectStorage?.port },
    ...[...services.ofApps.values()].flat().map(({ name, port }) => ({ key: name.toLowerCase(), port })),
  ];
  const known = now.flatMap(({ key, port }) => (port === undefined ? [] : [[key, port] as const]));
  return { ...ports, ...Object.fromEntries(known) };
}

async function openPostgres(context: ServicesContext): Promise<RunningStandIn> {
  const log = openLogFile(context.folder.logs, 'postgres');
  context.cleanUps.push(() => log.close());
  const port = context.installation.ports[POSTGRES_KEY] ?? POSTGRES_PORT;
  const postgres = await openPostgresService({ ...context, port, log });
  return watched(postgres, context);
}

async function openObjectStorage(context: ServicesContext): Promise<RunningStandIn | undefined> {
  const buckets = context.apps.flatMap(({ sandbox }) => sandbox.buckets ?? []);
  if (buckets.length === 0) return undefined;
  const objectStorage = await openObjectStorageService({
    environment: context.environment,
    directory: context.folder.objects,
    port: context.installation.ports[OBJECT_STORAGE_KEY] ?? OBJECT_STORAGE_PORT,
    buckets,
    onError: ({ message }) => context.print(formatEvent('s3', { level: 'error', message, fields: {} })),
  });
  return watched(objectStorage, context);
}

function openStandIns(
  { app, sandbox }: SandboxedApp,
  own: Pick<StandInContext, 'objectStorage' | 'databaseUrl'>,
  context: ServicesContext,
): Promise<{ readonly owner: string; readonly standIn: RunningStandIn }>[] {
  const { installation, folder, environment } = context;
  return (sandbox.standIns ?? []).map(async ({ name, preferredPort, open }) => {
    const standIn = await open({
      environment: withoutBlanks(environment),
      directory: appDirectory(folder, app),
      secrets: installation.apps[app.name] ?? {},
      port: installation.ports[name.toLowerCase()] ?? preferredPort,
      ...own,
    });
    return { owner: app.name, standIn: watched(standIn, context) };
  });
}

/** Sees to it that a service is stopped in the end, and that its end on its own is noticed. */
function watched(service: RunningStandIn, { cleanUps, folder, fail }: ServicesContext): RunningStandIn {
  let isStopping = false;
  cleanUps.push(() => {
    isStopping = true;
    return service.stop();
  });
  void service.ended?.then((reason) => {
    if (isStopping) return;
    fail(new StandaloneEndedError(`${service.name} ended (${reason}). See ${shownPath(folder.logs)}`));
  });
  return service;
}
