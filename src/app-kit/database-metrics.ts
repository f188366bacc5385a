import type { Gauge } from 'prom-client';
import type { Platform } from '../platform/platform.ts';
import type { AppMetrics } from './app.ts';

/** What Postgres may take before the figures are left out. */
const TIMEOUT_MILLISECONDS = 5_000;

/** Runs a statement; returns its rows. */
export type RowsOf = <Row>(sql: string) => Promise<Row[]>;

/** Makes a gauge of the metrics that are being collected. */
export type MakeGauge = <Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
) => Gauge<Label>;

/** What {@link databaseMetrics} are made of. */
export interface DatabaseMetricsOptions<Figures> {
  /** What the figures are about, for the log and for readers of the metrics: `refreshes`. */
  readonly subject: string;
  readonly names: readonly string[];
  /** The name of the gauge that is 1 if the figures could be read, and 0 otherwise. */
  readonly upName: string;
  readonly read: (rowsOf: RowsOf) => Promise<Figures>;
  /** Makes the gauges of the figures, and sets them. */
  readonly describe: (figures: Figures, gauge: MakeGauge) => void;
}

/**
 * Makes metrics of what is in the database, so that every server process returns the same. Without the database, only the
 * gauge {@link DatabaseMetricsOptions.upName} is returned.
 */
export function databaseMetrics<Figures>(
  { database, logger }: Pick<Platform, 'database' | 'logger'>,
  { subject, names, upName, read, describe }: DatabaseMetricsOptions<Figures>,
): AppMetrics {
  const rowsOf: RowsOf = async <Row>(sql: string) => {
    const { rows } = await database.raw<{ rows: Row[] }>(sql).timeout(TIMEOUT_MILLISECONDS, { cancel: true });
    return rows;
  };
  const readFigures = () =>
    read(rowsOf).catch((error: unknown) => {
      logger.warn({ err: error }, `the figures of ${subject} could not be read for /metrics`);
      return undefined;
    });
  return {
    names,
    async collect() {
      const figures = await readFigures();
      // Loaded here because every process imports the apps, and only servers have metrics.
      const { Gauge, Registry } = await import('prom-client');
      // A registry of its own each time, as the values of labels come and go.
      const registry = new Registry();
      const gauge: MakeGauge = (name, help, labelNames) =>
        new Gauge({ name, help, labelNames, registers: [registry] });
      gauge(upName, `Whether the figures of ${subject} could be read`, []).set(figures ? 1 : 0);
      if (figures) describe(figures, gauge);
      return registry.metrics();
    },
  };
}
