import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { PRODUCT_SLUG } from '../product.ts';
import { connectClient } from './encrypted-connection.ts';

const POLL_MILLISECONDS = 500;

/** A lock that this process holds, until it is released or the process is gone. */
export interface AdvisoryLock {
  release(): Promise<void>;
}

/**
 * Takes a name for this process alone, and waits for it where another process has it.
 *
 * Postgres holds the lock for as long as a connection of its own lives: a process that was killed loses it at once,
 * one whose machine vanished within half a minute. Behind PgBouncer it needs session pooling.
 *
 * @throws the signal's reason.
 */
export async function takeAdvisoryLock(
  databaseUrl: string,
  name: string,
  signal: AbortSignal,
): Promise<AdvisoryLock> {
  // A lost connection loses the lock and no more: the queue does not give a running task to another worker.
  const client = await connectClient(databaseUrl, {
    application_name: `${PRODUCT_SLUG} lock`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // Postgres finds out within 25 seconds that the machine at the other end is gone; by default after two hours.
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  });
  const release = () => client.end().catch(() => undefined);
  try {
    while (!(await tryLock(client, name))) await sleep(POLL_MILLISECONDS, undefined, { signal });
    return { release };
  } catch (error) {
    await release();
    signal.throwIfAborted();
    throw error;
  }
}

async function tryLock(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
    [name],
  );
  return rows[0]?.locked === true;
}
