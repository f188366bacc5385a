import type { DataFolder, Installation } from './data-folder.ts';

/** What settings are checked with before there is a database and a key. */
export const PLACEHOLDERS = {
  DATABASE_URL: 'postgresql://localhost/composite',
  DJANGO_SECRET_KEY: 'made at the first start',
};

/** The variables that hold something: one that is left blank in `.env` counts as not set. */
export function withoutBlanks(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

/** A variable that was set to something. */
export function settingOf(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined;
}

/**
 * What the API and the engine are given: what the user set, what finds the stand-ins, and for the rest what
 * suits one machine.
 */
export function environmentOfChildren(context: {
  environment: NodeJS.ProcessEnv;
  folder: DataFolder;
  port: number;
  installation: Installation;
  services: readonly { readonly environment: Readonly<Record<string, string>> }[];
}): NodeJS.ProcessEnv {
  const { environment, folder, port, installation, services } = context;
  const secretKey = settingOf(environment, 'DJANGO_SECRET_KEY') ?? settingOf(environment, 'SECRET_KEY');
  return {
    ...environment,
    DJANGO_SECRET_KEY: secretKey ?? installation.secretKey,
    WEB_SERVER_HOSTNAME: settingOf(environment, 'WEB_SERVER_HOSTNAME') ?? `localhost:${port}`,
    SCRATCH_DIRECTORY: settingOf(environment, 'SCRATCH_DIRECTORY') ?? folder.scratch,
    CACHE_URL: settingOf(environment, 'CACHE_URL') ?? 'dbcache://cache',
    ...Object.assign({}, ...services.map((service) => service.environment)),
    PORT: String(port),
  };
}
