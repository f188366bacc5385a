import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { readInstallation } from '../installation.ts';
import { migrationFoldersOf } from '../migration-folders.ts';
import { platformSettings } from '../platform/settings.ts';
import { siblingModule } from '../platform/sibling-module.ts';
import { queueSettings } from '../queue/index.ts';
import { claimApiPort } from './api-port.ts';
import {
  type DataFolder,
  type Installation,
  makeDataFolder,
  openInstallation,
  type RunningState,
  readState,
  saveInstallation,
  shownPath,
  writeState,
} from './data-folder.ts';
import { setUpDatabase } from './database-setup.ts';
import { endLeftovers } from './leftovers.ts';
import { formatEvent, type LogFile, openLogFile } from './log-output.ts';
import {
  openDlcsService,
  openObjectStorageService,
  openPostgresService,
  type Service,
  type StandInContext,
} from './stand-ins.ts';
import { environmentOfChildren, PLACEHOLDERS, settingOf, withoutBlanks } from './standalone-environment.ts';
import { takeLock } from './start-lock.ts';
import { StateKeeper } from './state-keeper.ts';
import { formatSummary } from './summary.ts';
import { type ProcessFailedError, SupervisedProcess } from './supervised-process.ts';

/** Something that ran ended, and it makes no sense to go on; the message says what and why. */
export class StandaloneEndedError extends Error {
  override readonly name = 'StandaloneEndedError';
}

/** Everything on one machine, running. */
export interface Standalone {
  readonly summary: string;
  /** Rejects when a part of it ended and could not be started again. */
  readonly ended: Promise<never>;
  /** Stops everything in order, within a minute at the most; the data stay. */
  stop(): Promise<void>;
  /** Ends everything at once. What ran is run again after the next start. */
  kill(): void;
}

/** Options of {@link startStandalone}. */
export interface StandaloneOptions {
  readonly folder: DataFolder;
  /** What the user set; what is not set is brought up here. */
  readonly environment: NodeJS.ProcessEnv;
  /** What stands on the command line of this process, by which a second start knows the first. */
  readonly scriptName: string;
  /** Is given lines for the terminal. */
  readonly print: (line: string) => void;
  /** Breaks the start off; what was started is stopped again. */
  readonly signal: AbortSignal;
}

/** A running task may use the first time to end; at the second signal the engine gives it back to the queue. */
const ENGINE_STOP_STEPS = [
  { signal: 'SIGTERM', waitMilliseconds: 30_000 },
  { signal: 'SIGTERM', waitMilliseconds: 5_000 },
  { signal: 'SIGKILL', waitMilliseconds: 5_000 },
] as const;

const SERVER_STOP_STEPS = [
  { signal: 'SIGTERM', waitMilliseconds: 10_000 },
  { signal: 'SIGKILL', waitMilliseconds: 5_000 },
] as const;

/**
 * Brings up what is missing (Postgres, S3, a DLCS), sets up the database, and starts the API and an engine as
 * processes of the same code that production runs. What an earlier run left behind is ended first. Where a
 * part fails, all that was started is stopped again.
 *
 * @throws {AlreadyRunningError}
 * @throws {Error} the signal's reason.
 * @throws {PortTakenError}
 * @throws {InvalidSettingsError}
 * @throws {ProcessFailedError}
 * @throws {PostgresStartError}
 */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const started = Date.now();
  const { folder, environment, print, signal } = options;
  // Before anything starts, as far as that can be told.
  readInstallation({ ...PLACEHOLDERS, ...withoutBlanks(environment) });
  await makeDataFolder(folder);
  const cleanUps: (() => Promise<void>)[] = [];
  const stop = async () => {
    // In the reverse order of their start: who uses a thing stops before it.
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp().catch((error: unknown) => print(`  While stopping: ${String(error)}`));
    }
  };
  try {
    cleanUps.push(await takeLock(folder.lockFile, options.scriptName));
    await endLeftBehind(folder, print);
    const port = await claimApiPort(environment);
    const installation = await openInstallation(folder);
    cleanUps.push(() => writeState(folder, undefined));

    const ended = Promise.withResolvers<never>();
    // Whoever does not wait for it still stops.
    ended.promise.catch(() => {});
    const fail = (error: Error) => ended.reject(error);
    const aborted = abortOf(signal);

    const services = await startServices({ ...options, installation, cleanUps, fail });
    await rememberPorts(folder, installation, services);
    const childEnvironment = environmentOfChildren({ ...options, port, installation, services });
    const { apps, settings: processSettings } = readInstallation(childEnvironment);
    const settings = processSettings.of(platformSettings);
    const username = settingOf(environment, 'DJANGO_SUPERUSER_USERNAME') ?? 'admin';
    const password =
      settingOf(environment, 'DJANGO_SUPERUSER_PASSWORD') ?? installation.administratorPassword;
    const { isPasswordValid } = await setUpDatabase(settings, migrationFoldersOf(apps), {
      username,
      email: settingOf(environment, 'DJANGO_SUPERUSER_EMAIL') ?? 'admin@localhost',
      password,
    });

    signal.throwIfAborted();
    const apiUrl = `http://localhost:${port}`;
    const state = new StateKeeper(folder, stateOf(apiUrl, installation, services));
    cleanUps.push(() => state.stop());
    const supervise = (name: string, readyMessage: string) =>
      superviseEntryPoint(name, readyMessage, {
        ...options,
        environment: childEnvironment,
        state,
        fail,
        cleanUps,
      });
    const server = supervise('server', 'listening');
    const engine = supervise('engine', 'engine started');
    cleanUps.push(async () => {
      await Promise.all([server.stop(SERVER_STOP_STEPS), engine.stop(ENGINE_STOP_STEPS)]);
    });
    const killWithUs = () => {
      server.kill();
      engine.kill();
    };
    process.once('exit', killWithUs);
    cleanUps.unshift(async () => {
      process.off('exit', killWithUs);
    });
    await Promise.race([Promise.all([server.start(), engine.start()]), ended.promise, aborted]);
    await state.setReady();

    const summary = formatSummary({
      apiUrl,
      workerCount: processSettings.of(queueSettings).serving.workerCount,
      services,
      folder,
      installation,
      administrator: { username, password: isPasswordValid ? password : undefined },
      startMilliseconds: Date.now() - started,
    });
    return { summary, ended: ended.promise, stop, kill: killWithUs };
  } catch (error) {
    await stop();
    throw error;
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  const aborted = Promise.withResolvers<never>();
  // Nobody may be waiting for it any more.
  aborted.promise.catch(() => {});
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
  return aborted.promise;
}

async function endLeftBehind(folder: DataFolder, print: (line: string) => void): Promise<void> {
  const state = await readState(folder);
  const ended = await endLeftovers(state?.processes ?? []);
  if (ended.length === 0) return;
  const names = ended.map(({ name, pid }) => `${name} (process ${pid})`).join(' and ');
  print(`  An earlier run was killed and left its ${names} running; stopped now.`);
}

async function startServices(
  context: StandaloneOptions & {
    installation: Installation;
    cleanUps: (() => Promise<void>)[];
    fail: (error: Error) => void;
  },
): Promise<Service[]> {
  const { folder, print, cleanUps } = context;
  const postgresLog = openLogFile(folder.logs, 'postgres');
  cleanUps.push(() => postgresLog.close());
  const standInContext: StandInContext = {
    ...context,
    postgresLog,
    onStorageError: (error) =>
      print(formatEvent('s3', { level: 'error', message: error.message, fields: {} })),
  };
  const outcomes = await Promise.allSettled(
    [openPostgresService, openObjectStorageService, openDlcsService].map((open) => open(standInContext)),
  );
  const services: Service[] = [];
  // Postgres is the first, and so the last that is stopped.
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') continue;
    const service = outcome.value;
    services.push(service);
    let isStopping = false;
    cleanUps.push(() => {
      isStopping = true;
      return service.stop();
    });
    void service.ended?.then((reason) => {
      if (isStopping) return;
      const log = `${shownPath(folder.logs)}/postgres.log`;
      context.fail(new StandaloneEndedError(`${service.name} ended (${reason}). See ${log}`));
    });
  }
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return services;
}

async function rememberPorts(
  folder: DataFolder,
  installation: Installation,
  services: readonly Service[],
): Promise<void> {
  const portOf = (name: string, fallback: number) =>
    services.find((service) => service.name === name)?.port ?? fallback;
  const { ports } = installation;
  const now = {
    postgres: portOf('Postgres', ports.postgres),
    objectStorage: portOf('S3', ports.objectStorage),
    dlcs: portOf('DLCS', ports.dlcs),
  };
  await saveInstallation(folder, { ...installation, ports: now });
}

function stateOf(apiUrl: string, installation: Installation, services: readonly Service[]): RunningState {
  const environmentOf = (name: string) =>
    services.find((service) => service.name === name && service.isStandIn)?.environment;
  return {
    pid: process.pid,
    isReady: false,
    apiUrl,
    processes: [],
    ...(environmentOf('DLCS')
      ? {
          dlcs: {
            customer: installation.dlcsCustomer,
            authorization: installation.dlcsAuthorization,
          },
        }
      : {}),
    storageEnvironment: environmentOf('S3') ?? {},
  };
}

function superviseEntryPoint(
  name: string,
  readyMessage: string,
  context: StandaloneOptions & {
    state: StateKeeper;
    fail: (error: ProcessFailedError) => void;
    cleanUps: (() => Promise<void>)[];
  },
): SupervisedProcess {
  const log: LogFile = openLogFile(context.folder.logs, name);
  context.cleanUps.push(() => log.close());
  // The entry points stand one folder up, in the source and in what was built from it.
  const script = fileURLToPath(siblingModule(import.meta.url, `../${name}`));
  return new SupervisedProcess({
    name,
    script,
    environment: context.environment,
    readyMessage,
    log,
    print: context.print,
    onStarted: (pid) => context.state.setProcess({ name, pid, script }),
    onGivenUp: context.fail,
  });
}

/** The line that is shown while everything comes up. */
export function startingLine(folder: DataFolder): string {
  return styleText('dim', `  Starting, with the data in ${shownPath(folder.path)} …`);
}
