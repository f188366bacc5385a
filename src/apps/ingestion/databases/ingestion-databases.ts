import { type Database, openDatabase } from '../../../platform/database/connection.ts';
import type { Platform } from '../../../platform/platform.ts';
import { PRODUCT_SLUG } from '../../../platform/product.ts';
import { ingestionSettings } from '../settings.ts';

/** Connections that one process holds to each of the two databases at most. */
const MAXIMUM_CONNECTIONS = 4;

/** The schema of tables that are copied and not promoted yet. They have the names that they will have when they are live. */
export const NEXT_SCHEMA = 'ingestion_next';

/** The schema of tables that were live, under their own names, until they are dropped or put back. */
export const PREVIOUS_SCHEMA = 'ingestion_previous';

/** A database, and the schema of the tables in it that matter here. */
export interface NamedDatabase {
  /** For connections outside of the pool. Holds a password: never log it. */
  readonly url: string;
  readonly schema: string;
  readonly pool: Database;
}

/** The two databases between which tables are copied. The app's own tables are in a third, `platform.database`. */
export interface IngestionDatabases {
  /** Where tables are copied from. It is only read. */
  readonly upstream: NamedDatabase;
  /** Where the live tables are; also {@link NEXT_SCHEMA} and {@link PREVIOUS_SCHEMA}. */
  readonly api: NamedDatabase;
  close(): Promise<void>;
}

/** What connections are opened for. */
export interface ConnectionPurpose {
  /** What Postgres shows in `pg_stat_activity`: `ingestion copy 6f1c…`. */
  readonly applicationName: string;
  /** How long one statement may take. */
  readonly statementTimeoutSeconds: number;
}

/** Calls of the API and pages of the admin: none of them takes long. */
const FOR_REQUESTS: ConnectionPurpose = {
  applicationName: `${PRODUCT_SLUG} ingestion`,
  statementTimeoutSeconds: 60,
};

/** Opens both databases; connections are made when they are first used. */
export function openIngestionDatabases(
  platform: Platform,
  purpose: ConnectionPurpose = FOR_REQUESTS,
): IngestionDatabases {
  const { databases } = platform.settingsOf(ingestionSettings);
  const apiUrl = databases.apiUrl ?? platform.settings.databaseUrl;
  const open = (url: string): Database =>
    openDatabase(url, {
      ...purpose,
      maximumConnections: MAXIMUM_CONNECTIONS,
      logger: platform.logger,
    });
  const upstream = open(databases.upstreamUrl);
  const api = open(apiUrl);
  return {
    upstream: { url: databases.upstreamUrl, schema: databases.upstreamSchema, pool: upstream },
    api: { url: apiUrl, schema: databases.apiSchema, pool: api },
    async close() {
      await Promise.all([upstream.destroy(), api.destroy()]);
    },
  };
}
