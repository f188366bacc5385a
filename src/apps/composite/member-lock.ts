import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How long a member that is still held by another worker is waited for. */
const WAIT_MILLISECONDS = 60_000;

const POLL_MILLISECONDS = 500;

/** Another worker processes the member at this moment. */
export class MemberBusyError extends Error {
  override readonly name = 'MemberBusyError';

  constructor(memberId: string) {
    super(
      `The member ${memberId} is processed by another worker; it was waited for ${WAIT_MILLISECONDS / 1_000} seconds`,
    );
  }
}

/** Holds a member for one worker, until it is released or the worker is gone. */
export interface MemberLock {
  release(): Promise<void>;
}

/**
 * Takes a member for this worker alone, so that a task that is delivered twice does not post twice. Postgres
 * holds the lock for as long as a connection of its own lives: a worker that was killed loses it at once, one whose
 * machine vanished within half a minute.
 *
 * @throws {MemberBusyError} where another worker does not let go of it.
 */
export async function lockMember(
  databaseUrl: string,
  memberId: string,
  signal: AbortSignal,
): Promise<MemberLock> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'composite-handler member lock',
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
    const deadline = Date.now() + WAIT_MILLISECONDS;
    while (!(await tryLock(client, memberId))) {
      if (Date.now() > deadline) throw new MemberBusyError(memberId);
      await sleep(POLL_MILLISECONDS, undefined, { signal });
    }
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function tryLock(client: pg.Client, memberId: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
    [memberId],
  );
  return rows[0]?.locked === true;
}
