import type { Database } from '../../../platform/database/connection.ts';

/** Returns the JSON with which a package was pushed to be preprocessed, the last time; `null` if it was pushed without. */
export async function pushedMetadata(database: Database, path: string): Promise<string | null> {
  const newest = await database<{ metadata: string | null }>('view_server.attempts as attempt')
    .join('view_server.items as item', 'item.id', 'attempt.item_id')
    .where({ 'item.stage': 'preprocess', 'item.path': path })
    .whereIn('attempt.state', ['running', 'succeeded'])
    .orderBy('attempt.number', 'desc')
    .first('attempt.metadata');
  return newest?.metadata ?? null;
}
