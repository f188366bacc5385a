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
