import type { AppSandbox, Texts } from '../app-kit/sandbox/app-sandbox.ts';
import { ALL_APPS } from '../installation.ts';
import type { DataFolder } from './data-folder.ts';
import type { KeptInstallation } from './kept-installation.ts';

/** Where `npm start` listens: it is for one machine, with details of errors in its responses. */
export const DEFAULT_ADDRESS = '127.0.0.1';

/** What settings are checked with before there is a database and a key. */
export const PLACEHOLDERS = {
  DATABASE_URL: 'postgresql://localhost/made-at-the-first-start',
  DJANGO_SECRET_KEY: 'made at the first start, of 50 random characters',
};

/** The variables that hold something: one that is left blank in `.env` counts as not set. */
export function withoutBlanks(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

/** What the user has set, with all apps installed where the user has not chosen. */
export function standaloneEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { INSTALLED_APPS: ALL_APPS, ...withoutBlanks(environment) };
}

/** A variable that was set to something. */
export function settingOf(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined;
}

/**
 * The variables that the server and the engines are given besides those of the user: what finds the stand-ins, and for
 * the rest what suits one machine.
 */
export function addedEnvironment(context: {
  /** What the user has set. */
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: DataFolder;
  readonly port: number;
  readonly installation: KeptInstallation;
  readonly services: readonly { readonly environment: Texts }[];
  readonly apps: readonly { readonly sandbox: AppSandbox }[];
}): Texts {
  const { environment, folder, port, installation, services, apps } = context;
  const isSet = (variable: string) => settingOf(environment, variable) !== undefined;
  const ofApps = apps.flatMap(({ sandbox }) => Object.entries(sandbox.environment ?? {}));
  return {
    ...Object.fromEntries(ofApps.filter(([variable]) => !isSet(variable))),
    ...(isSet('INSTALLED_APPS') ? {} : { INSTALLED_APPS: ALL_APPS }),
    ...(isSet('DJANGO_SECRET_KEY')
      ? {}
      : { DJANGO_SECRET_KEY: settingOf(environment, 'SECRET_KEY') ?? installation.secretKey }),
    ...(isSet('WEB_SERVER_HOSTNAME') ? {} : { WEB_SERVER_HOSTNAME: `localhost:${port}` }),
    ...(isSet('WEB_SERVER_ADDRESS') ? {} : { WEB_SERVER_ADDRESS: DEFAULT_ADDRESS }),
    ...(isSet('SCRATCH_DIRECTORY') ? {} : { SCRATCH_DIRECTORY: folder.scratch }),
    ...(isSet('CACHE_URL') ? {} : { CACHE_URL: 'dbcache://cache' }),
    ...Object.assign({}, ...services.map((service) => service.environment)),
    PORT: String(port),
  };
}
