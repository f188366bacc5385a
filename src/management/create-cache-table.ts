import { CommandError } from '../app-kit/app-command.ts';
import { CacheError, createCacheTable } from '../platform/cache/index.ts';
import type { CommandContext } from './command-context.ts';

/** Creates the table that `CACHE_URL` names, where it names one and there is none. */
export async function createCacheTableCommand({ settings, database }: CommandContext): Promise<void> {
  if (settings.cache.kind !== 'database') {
    process.stdout.write('CACHE_URL names no table (dbcache://…), so there is none to create.\n');
    return;
  }
  const { table } = settings.cache;
  await createCacheTable(database, table).catch((error: unknown) => {
    throw error instanceof CacheError ? new CommandError(error.message, { cause: error }) : error;
  });
  process.stdout.write(`The cache table ${table} is there.\n`);
}
