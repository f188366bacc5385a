import { shownPath } from '../app-kit/sandbox/shown-path.ts';
import { ownService, type RunningStandIn } from '../app-kit/sandbox/stand-in.ts';
import type { DataFolder } from './data-folder.ts';
import type { LogFile } from './log-output.ts';
import { startPostgres } from './postgres.ts';
import { settingOf } from './standalone-environment.ts';

/** As it is shown to people. */
export const POSTGRES_NAME = 'Postgres';

/** Preferred at the first start, as it is easy to remember. */
export const POSTGRES_PORT = 54_329;

/** The database of `DATABASE_URL`; without it, an embedded Postgres. */
export async function openPostgresService(context: {
  /** What the user has set. */
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: DataFolder;
  readonly port: number;
  readonly log: LogFile;
}): Promise<RunningStandIn> {
  const given = settingOf(context.environment, 'DATABASE_URL');
  if (given !== undefined) {
    return ownService(POSTGRES_NAME, withoutPassword(given), 'yours, from DATABASE_URL');
  }
  const postgres = await startPostgres({
    dataDirectory: context.folder.postgres,
    preferredPort: context.port,
    onLog: (text) => context.log.write(text),
  });
  return {
    name: POSTGRES_NAME,
    url: withoutPassword(postgres.url),
    note: `stand-in; its password is in ${shownPath(context.folder.postgres)}/password`,
    // Whatever PGSSLMODE says of other servers: this one has no certificate.
    environment: { DATABASE_URL: `${postgres.url}?sslmode=disable` },
    isStandIn: true,
    port: postgres.port,
    ended: postgres.ended,
    stop: () => postgres.stop(),
  };
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return 'DATABASE_URL';
  parsed.password = '';
  return parsed.href;
}
