import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../platform/database/connection.ts';
import type { CopySession } from './copy-session.ts';

const POLL_MILLISECONDS = 1_000;

/** What replicas are waited for with. */
export interface ReplicaWait {
  /** The database of the live tables. */
  readonly api: Database;
  /** Its transaction is kept from being idle for too long meanwhile. */
  readonly upstream: CopySession;
  /** Bytes of the write-ahead log that a replica may be behind; `undefined` for no limit. */
  readonly maximumLagBytes: number | undefined;
  readonly signal: AbortSignal;
  /** Called at each look at the replicas. */
  readonly onLook: () => void;
  /** Called once where there is something to wait for, with how far behind the slowest replica is. */
  readonly onWait: (lagBytes: number) => void;
}

/** Waits while a replica of the database of the live tables is too far behind. @throws the signal's reason. */
export async function waitForReplicas({
  api,
  upstream,
  maximumLagBytes,
  signal,
  onLook,
  onWait,
}: ReplicaWait): Promise<void> {
  if (maximumLagBytes === undefined) return;
  for (let looks = 0; ; looks += 1) {
    const lagBytes = await lagOf(api);
    if (lagBytes <= maximumLagBytes) return;
    onLook();
    if (looks === 0) onWait(lagBytes);
    await upstream.query('waiting for replicas', 'SELECT 1');
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** A replica whose place is not known, as the user may not see it or it has only just connected, does not count. */
async function lagOf(api: Database): Promise<number> {
  const { rows } = await api.raw<{ rows: { bytes: number }[] }>(
    `SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::float8 AS bytes
     FROM pg_stat_replication`,
  );
  return rows[0]?.bytes ?? 0;
}
