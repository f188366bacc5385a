import { takeAdvisoryLock } from '../../../platform/database/advisory-lock.ts';
import type { TaskHandler } from '../../../queue/index.ts';
import { NEXT_SCHEMA, openIngestionDatabases } from '../databases/ingestion-databases.ts';
import { modelNamed } from '../models/index.ts';
import type { ModelArguments } from '../refreshes/refresh-tasks.ts';
import { findAdmitted, findReady } from '../refreshes/stored-refreshes.ts';

/** Drops copies of a model's tables that no refresh is at work on, and that wait for no promotion. */
export const tidyModel: TaskHandler<ModelArguments, null> = async ({ model: name }, { platform, signal }) => {
  const databases = openIngestionDatabases(platform);
  try {
    const lock = await takeAdvisoryLock(databases.api.url, `ingestion ${name}`, signal);
    try {
      const running = await findAdmitted(platform.database, name);
      const isNeeded = running?.action === 'INGEST_UPSTREAM' || (await findReady(platform.database, name));
      if (isNeeded) return null;
      for (const table of modelNamed(name).tables) {
        await databases.api.pool.raw('DROP TABLE IF EXISTS ??.??', [NEXT_SCHEMA, table.name]);
      }
      return null;
    } finally {
      await lock.release();
    }
  } finally {
    await databases.close();
  }
};
