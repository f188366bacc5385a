import type { Section } from '../platform/settings/section.ts';
import type { AnyTaskFunction } from '../queue/index.ts';
import type { App } from './app.ts';
import { type Claim, refuseClashes } from './clashes.ts';

/** An app cannot be installed as it is, or `INSTALLED_APPS` names one that does not exist. */
export class AppInstallationError extends Error {
  override readonly name = 'AppInstallationError';
}

/** What the floors below the apps have taken already. */
export interface FloorClaims {
  readonly sections: readonly Section<unknown>[];
  readonly commands: readonly string[];
}

/** Postgres schemas that are not an app's. */
const RESERVED_SCHEMAS = ['public', 'platform', 'queue', 'admin', 'pgboss', 'information_schema'];

/** The apps that run, in the order of `INSTALLED_APPS`; the first is the one whose queue `Q_CLUSTER_NAME` names. */
export class InstalledApps {
  readonly list: readonly App[];

  private constructor(list: readonly App[]) {
    this.list = list;
  }

  /**
   * Chooses apps by their names.
   *
   * @throws {AppInstallationError} for a name that no app has.
   * @throws {AppClashError} if two of them cannot run together.
   */
  static choose(available: readonly App[], names: readonly string[], floors: FloorClaims): InstalledApps {
    refuseClashes(
      'app name',
      available.map(({ name }, index) => ({ owner: `app ${index + 1}`, value: name })),
    );
    const mayHold = `it may hold names of ${available.map(({ name }) => name).join(', ')}, separated by commas`;
    const list = names.map((name, index) => {
      const app = available.find((candidate) => candidate.name === name);
      if (!app) throw new AppInstallationError(`INSTALLED_APPS names "${name}", which is no app; ${mayHold}`);
      if (names.indexOf(name) < index) throw new AppInstallationError(`INSTALLED_APPS names "${name}" twice`);
      return app;
    });
    if (list.length === 0) throw new AppInstallationError(`INSTALLED_APPS names no app; ${mayHold}`);
    for (const app of list) checkNames(app);
    refuseStaticClashes(list, floors);
    return new InstalledApps(list);
  }

  /** The functions of all apps. */
  get taskFunctions(): readonly AnyTaskFunction[] {
    return this.list.flatMap(({ tasks = [] }) => tasks);
  }

  /** The settings of all apps. */
  get sections(): readonly Section<unknown>[] {
    return this.list.flatMap(({ settings }) => settings ?? []);
  }

  /** The queue that an app's tasks go to. */
  queueOf(app: App, defaultQueueName: string): string {
    return queueOfApp(app, this.list, defaultQueueName);
  }

  /** The queues of all apps, each once. */
  queueNames(defaultQueueName: string): readonly string[] {
    return [...new Set(this.list.map((app) => this.queueOf(app, defaultQueueName)))];
  }

  /** The queue of the first app where `Q_CLUSTER_NAME` names no other. */
  get defaultQueueName(): string {
    return this.list.slice(0, 1).map(ownQueueOf).join();
  }
}

/** The Postgres schema of an app's tables, and the first part of the names of its task functions. */
export function schemaOf(app: Pick<App, 'name'>): string {
  return app.name.replaceAll('-', '_');
}

/** The title of an app, for people. */
export function titleOf({ name, title }: Pick<App, 'name' | 'title'>): string {
  return title ?? `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
}

/** An app in messages: `the app render`. */
export function ownerOf({ name }: Pick<App, 'name'>): string {
  return `the app ${name}`;
}

/** Returns the queue that the tasks of an app go to, among the installed ones; the first app has the default queue. */
export function queueOfApp(app: App, installed: readonly App[], defaultQueueName: string): string {
  return app === installed[0] ? defaultQueueName : ownQueueOf(app);
}

function ownQueueOf(app: App): string {
  return app.queue ?? app.name;
}

/** @throws {AppInstallationError} */
function checkNames(app: App): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(app.name)) {
    throw new AppInstallationError(
      `An app cannot be called "${app.name}": a name has lower-case letters, digits and dashes, and starts with a letter`,
    );
  }
  const prefix = `${schemaOf(app)}.`;
  for (const { name } of app.tasks ?? []) {
    if (!name.startsWith(prefix)) {
      throw new AppInstallationError(
        `The task function ${name} of ${ownerOf(app)} has to have a name that starts with ${prefix}`,
      );
    }
  }
}

/** Refuses what can be seen of the apps without loading their parts. @throws {AppClashError} */
function refuseStaticClashes(apps: readonly App[], floors: FloorClaims): void {
  const claims = (values: (app: App) => readonly string[]): Claim[] =>
    apps.flatMap((app) => values(app).map((value) => ({ owner: ownerOf(app), value })));
  refuseClashes('Postgres schema', [
    ...RESERVED_SCHEMAS.map((value) => ({ owner: 'the service itself', value })),
    ...claims((app) => [schemaOf(app)]),
  ]);
  refuseClashes(
    'task function',
    claims(({ tasks = [] }) => tasks.map(({ name }) => name)),
  );
  refuseClashes(
    'schedule',
    claims(({ schedules = [] }) => schedules.map(({ name }) => name)),
  );
  refuseClashes('variable', [
    ...floors.sections.flatMap((section) => variableClaims(`the ${section.name}`, section)),
    ...apps.flatMap((app) => (app.settings ? variableClaims(ownerOf(app), app.settings) : [])),
  ]);
  refuseClashes('command', [
    ...floors.commands.map((value) => ({ owner: 'the service itself', value })),
    ...claims(({ commands = [] }) => commands.map(({ name }) => name)),
  ]);
}

function variableClaims(owner: string, { variables }: Section<unknown>): Claim[] {
  return variables.flatMap(({ name, alias }) =>
    (alias === undefined ? [name] : [name, alias]).map((value) => ({ owner, value })),
  );
}
