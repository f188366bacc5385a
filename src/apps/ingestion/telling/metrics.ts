import type { AppMetrics } from '../../../app-kit/app.ts';
import { databaseMetrics, type MakeGauge, type RowsOf } from '../../../app-kit/database-metrics.ts';
import type { Platform } from '../../../platform/platform.ts';

const NAMES = {
  up: 'ingestion_up',
  refreshes: 'ingestion_refreshes',
  progress: 'ingestion_refresh_progress_percent',
  lastEnd: 'ingestion_last_end_timestamp_seconds',
  callbacks: 'ingestion_callbacks_waiting',
} as const;

interface Figures {
  /** Refreshes that wait, run, or wait for their promotion. */
  readonly current: readonly { model: string; state: string; count: number }[];
  readonly running: readonly { model: string; action: string; progress: number }[];
  readonly ends: readonly { model: string; action: string; state: string; seconds: number }[];
  readonly waitingCallbacks: number;
}

/** Returns the metrics of refreshes. */
export function ingestionMetrics(platform: Pick<Platform, 'database' | 'logger'>): AppMetrics {
  return databaseMetrics(platform, {
    subject: 'refreshes',
    names: Object.values(NAMES),
    upName: NAMES.up,
    read: readFigures,
    describe,
  });
}

async function readFigures(rowsOf: RowsOf): Promise<Figures> {
  const [current, running, ends, callbacks] = await Promise.all([
    rowsOf<Figures['current'][number]>(
      `SELECT model, state, count(*)::integer AS count FROM ingestion.refreshes
       WHERE ended IS NULL OR state = 'ready' GROUP BY model, state ORDER BY model, state`,
    ),
    rowsOf<Figures['running'][number]>(
      `SELECT model, action, progress FROM ingestion.refreshes
       WHERE admitted IS NOT NULL AND ended IS NULL ORDER BY model`,
    ),
    rowsOf<Figures['ends'][number]>(
      `SELECT model, action, state, extract(epoch FROM max(ended))::float8 AS seconds
       FROM ingestion.refreshes
       WHERE ended IS NOT NULL AND created > statement_timestamp() - interval '90 days'
       GROUP BY model, action, state ORDER BY model, action, state`,
    ),
    rowsOf<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ingestion.callbacks WHERE state = 'waiting'`,
    ),
  ]);
  return { current, running, ends, waitingCallbacks: callbacks[0]?.count ?? 0 };
}

function describe(figures: Figures, gauge: MakeGauge): void {
  const refreshes = gauge(NAMES.refreshes, 'Refreshes that have not ended, or wait for their promotion', [
    'model',
    'state',
  ]);
  for (const { count, ...labels } of figures.current) refreshes.set(labels, count);
  const progress = gauge(NAMES.progress, 'How far the refresh of a model is', ['model', 'action']);
  for (const { progress: percent, ...labels } of figures.running) progress.set(labels, percent);
  const ends = gauge(NAMES.lastEnd, 'When a refresh of the last 90 days last ended, by how', [
    'model',
    'action',
    'state',
  ]);
  for (const { seconds, ...labels } of figures.ends) ends.set(labels, seconds);
  gauge(NAMES.callbacks, 'Callbacks that have not been delivered yet', []).set(figures.waitingCallbacks);
}
