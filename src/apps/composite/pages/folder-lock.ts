import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const POLL_MILLISECONDS = 500;

/** Holds a folder for one worker, until it is released or the worker is gone. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a folder of pages for this worker alone, so that a task that is delivered twice does not post twice, and
 * that two versions of a composite do not mix their pages. Waits for it, for as long as the task may run.
 *
 * Postgres holds the lock for as long as a connection of its own lives: a worker that was killed loses it at
 * once, one whose machine vanished within half a minute. Behind PgBouncer it needs session pooling.
 *
 * @param folder as `pageFolder` has it.
 * @throws the signal's reason.
 */
export async function lockFolder(
  databaseUrl: string,
  folder: string,
  signal: AbortSignal,
): Promise<FolderLock> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'composite-handler folder lock',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // Postgres finds out within 25 seconds that the machine at the other end is gone; by default after two hours.
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  });
  // A lost connection loses the lock and no more: the queue gives a task that runs to nobody else.
  client.on('error', () => undefined);
  await client.connect();
  const release = () => client.end().catch(() => undefined);
  try {
    while (!(await tryLock(client, folder))) await sleep(POLL_MILLISECONDS, undefined, { signal });
    return { release };
  } catch (error) {
    await release();
    signal.throwIfAborted();
    throw error;
  }
}

async function tryLock(client: pg.Client, folder: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
    [folder],
  );
  return rows[0]?.locked === true;
}
