import { Writable } from 'node:stream';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { type Database, openDatabase } from '../../../../platform/database/connection.ts';
import { openPlatform } from '../../../../platform/platform.ts';
import { PRODUCT_SLUG } from '../../../../platform/product.ts';
import { readSettings } from '../../../../platform/settings/process-settings.ts';
import { platformSettings } from '../../../../platform/settings.ts';
import { openIngestionDatabases } from '../../databases/ingestion-databases.ts';
import { openSearchEngine } from '../../search-engines/open-search-engine.ts';
import type { SearchEngine } from '../../search-engines/search-engine.ts';
import { ingestionSettings } from '../../settings.ts';

/** What the demo looks at and changes, beside the API. */
export interface DemoConnections {
  /** The token of the API; undefined if none is needed. */
  readonly token: string | undefined;
  /** Whether the sensitive terms are those of the sandbox; otherwise they are the user's own. */
  readonly hasSampleTerms: boolean;
  readonly api: Database;
  /** The database of the queue, in the same Postgres as the upstream database. */
  readonly beside: Database;
  readonly upstreamName: string;
  readonly searchEngine: SearchEngine;
  /** Opens the upstream database, and closes it afterwards: nothing of ours may hold it when it is cut off. */
  withUpstream<Result>(use: (upstream: Database) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Opens them. @throws {DemoError} if the databases are not the sandbox's own: the demo would write into them. */
export function openDemoConnections({ environment, state }: DemoContext): DemoConnections {
  if (state['databases'] !== 'stand-ins') {
    throw new DemoError(
      'The demo makes rows in an upstream database of its own. Unset UPSTREAM_DATABASE_URL and INGESTION_DATABASE_URL, and start again',
    );
  }
  const settings = readSettings(environment, [platformSettings, ingestionSettings]);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const platform = openPlatform(settings, {
    processName: 'demo',
    maximumConnections: 2,
    logDestination: nowhere,
  });
  const databases = openIngestionDatabases(platform);
  const searchEngine = openSearchEngine(platform, databases);
  return {
    hasSampleTerms: state['terms'] === 'sample',
    token: settings.of(ingestionSettings).api.tokens?.[0],
    api: databases.api.pool,
    beside: platform.database,
    upstreamName: decodeURIComponent(new URL(databases.upstream.url).pathname.slice(1)),
    searchEngine,
    async withUpstream(use) {
      const upstream = openDatabase(databases.upstream.url, {
        applicationName: `${PRODUCT_SLUG} demo`,
        maximumConnections: 1,
      });
      try {
        return await use(upstream);
      } finally {
        await upstream.destroy();
      }
    },
    async close() {
      await searchEngine.close();
      await databases.close();
      await platform.close();
    },
  };
}
