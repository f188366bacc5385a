import { styleText } from 'node:util';
import { ADMIN_ROOT } from '../admin/index.ts';
import type { RunningApp } from '../app-kit/sandbox/app-sandbox.ts';
import { shownPath } from '../app-kit/sandbox/shown-path.ts';
import { readInstallation } from '../installation.ts';
import { migrationFoldersOf } from '../migration-folders.ts';
import { platformSettings } from '../platform/settings.ts';
import { queueSettings } from '../queue/index.ts';
import { claimApiPort } from './api-port.ts';
import { keepSecrets, loadSandboxes, type SandboxedApp } from './app-sandboxes.ts';
import { type DataFolder, makeDataFolder } from './data-folder.ts';
import { setUpDatabase } from './database-setup.ts';
import { superviseEntryPoints } from './entry-point-processes.ts';
import { type KeptInstallation, openInstallation, saveInstallation } from './kept-installation.ts';
import { endLeftovers } from './leftovers.ts';
import { type RunningState, readState, writeState } from './running-state.ts';
import { listServices, openServices, portsOf, type Services } from './services.ts';
import {
  addedEnvironment,
  PLACEHOLDERS,
  settingOf,
  standaloneEnvironment,
} from './standalone-environment.ts';
import { takeLock } from './start-lock.ts';
import { StateKeeper } from './state-keeper.ts';
import { formatSummary } from './summary.ts';

/** Everything on one machine, running. */
export interface Standalone {
  readonly summary: string;
  /** Rejects when a part of it ended and could not be started again. */
  readonly ended: Promise<never>;
  /** Stops everything in order, within a minute at most; the data stay. */
  stop(): Promise<void>;
  /** Ends everything at once. What ran is run again after the next start. */
  kill(): void;
}

/** Options of {@link startStandalone}. */
export interface StandaloneOptions {
  readonly folder: DataFolder;
  /** What the user has set; what is not set is brought up here. */
  readonly environment: NodeJS.ProcessEnv;
  /** What the command line of this process has, by which a second start knows the first. */
  readonly scriptName: string;
  /** Is given lines for the terminal. */
  readonly print: (line: string) => void;
  /** Ends the start; what was started is stopped again. */
  readonly signal: AbortSignal;
}

/**
 * Brings up what is missing (Postgres, S3, the stand-ins of the apps), sets up the database, and starts the server and
 * the engines. What an earlier run left behind is ended first. Where a part fails, all that was started is stopped
 * again.
 *
 * @throws {AlreadyRunningError}
 * @throws {Error} the signal's reason.
 * @throws {PortTakenError}
 * @throws {InvalidSettingsError}
 * @throws {AppClashError}
 * @throws {ProcessFailedError}
 * @throws {PostgresStartError}
 */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const started = Date.now();
  const { folder, environment, print, signal } = options;
  // Before anything starts, as far as that can be known.
  const { apps } = readInstallation({ ...PLACEHOLDERS, ...standaloneEnvironment(environment) });
  const sandboxes = await loadSandboxes(apps.list);
  await makeDataFolder(folder);
  const cleanUps: (() => Promise<void>)[] = [];
  const stop = async () => {
    // In the reverse order of their start: what uses a thing stops before it.
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp().catch((error: unknown) => print(`  While stopping: ${String(error)}`));
    }
  };
  try {
    cleanUps.push(await takeLock(folder.lockFile, options.scriptName));
    await endLeftBehind(folder, print);
    const port = await claimApiPort(environment);
    const installation = await keepSecrets(sandboxes, folder, await openInstallation(folder));
    cleanUps.push(() => writeState(folder, undefined));

    const ended = Promise.withResolvers<never>();
    // A caller that does not wait for it still stops.
    ended.promise.catch(() => {});
    const fail = (error: Error) => ended.reject(error);
    const aborted = abortOf(signal);

    const services = await openServices({ ...options, installation, apps: sandboxes, cleanUps, fail });
    await saveInstallation(folder, { ...installation, ports: portsOf(services, installation) });
    const added = addedEnvironment({
      ...options,
      port,
      installation,
      services: listServices(services),
      apps: sandboxes,
    });
    const childEnvironment = { ...environment, ...added };
    const { settings } = readInstallation(childEnvironment);
    const username = settingOf(environment, 'DJANGO_SUPERUSER_USERNAME') ?? 'admin';
    const password =
      settingOf(environment, 'DJANGO_SUPERUSER_PASSWORD') ?? installation.administratorPassword;
    const { isPasswordValid } = await setUpDatabase(settings.of(platformSettings), migrationFoldersOf(apps), {
      username,
      email: settingOf(environment, 'DJANGO_SUPERUSER_EMAIL') ?? 'admin@localhost',
      password,
    });
    const administrator = { username, password: isPasswordValid ? password : undefined };

    signal.throwIfAborted();
    const apiUrl = `http://localhost:${port}`;
    const adminUrl = `${apiUrl}${ADMIN_ROOT}`;
    const runningApps = sandboxes.map((sandboxed) => ({
      ...sandboxed,
      running: runningApp(sandboxed, { apiUrl, adminUrl, services, installation, administrator }),
    }));
    const state = new StateKeeper(folder, {
      pid: process.pid,
      isReady: false,
      apiUrl,
      processes: [],
      apps: demoStates(runningApps),
      environment: added,
    });
    cleanUps.push(() => state.stop());
    const queueNames = apps.queueNames(settings.of(queueSettings).queueName);
    const processes = superviseEntryPoints({
      folder,
      environment: childEnvironment,
      queueNames,
      state,
      print,
      onGivenUp: fail,
    });
    cleanUps.push(() => processes.stop());
    const killWithUs = () => processes.kill();
    process.once('exit', killWithUs);
    cleanUps.unshift(async () => {
      process.off('exit', killWithUs);
    });
    await Promise.race([processes.start(), ended.promise, aborted]);
    await state.setReady();

    const { serving, alternatives } = settings.of(queueSettings);
    const summary = formatSummary({
      apiUrl,
      adminUrl,
      apps: runningApps,
      engines: queueNames.map((queue, index) => ({
        queue,
        workerCount: ((index > 0 ? alternatives[queue] : undefined) ?? serving).workerCount,
      })),
      services: listServices(services),
      folder,
      administrator,
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
  // The start may be over by then.
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

function runningApp(
  { app }: SandboxedApp,
  context: {
    readonly apiUrl: string;
    readonly adminUrl: string;
    readonly services: Services;
    readonly installation: KeptInstallation;
    readonly administrator: RunningApp['administrator'];
  },
): RunningApp {
  const { apiUrl, adminUrl, services, installation, administrator } = context;
  return {
    apiUrl,
    adminUrl,
    administrator,
    standIns: services.ofApps.get(app.name) ?? [],
    secrets: installation.apps[app.name] ?? {},
    objectStorage: services.objectStorage,
  };
}

function demoStates(
  apps: readonly (SandboxedApp & { readonly running: RunningApp })[],
): RunningState['apps'] {
  return Object.fromEntries(
    apps.map(({ app, sandbox, running }) => [app.name, sandbox.demoState?.(running) ?? {}]),
  );
}

/** The line that is shown while everything comes up. */
export function startingLine(folder: DataFolder): string {
  return styleText('dim', `  Starting, with the data in ${shownPath(folder.path)} …`);
}
