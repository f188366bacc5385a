import type { Gauge as PromGauge } from 'prom-client';
import type { AppMetrics } from '../../../app-kit/app.ts';
import type { Database } from '../../../platform/database/connection.ts';
import type { Platform } from '../../../platform/platform.ts';

/** What Postgres may take before the figures are left out. */
const TIMEOUT_MILLISECONDS = 5_000;

const NAMES = {
  up: 'view_server_up',
  items: 'view_server_items',
  oldest: 'view_server_oldest_waiting_seconds',
  tiles: 'view_server_tiles_served',
  tileBytes: 'view_server_tile_bytes_served',
  tileMemory: 'view_server_tile_memory_bytes',
} as const;

interface Figures {
  readonly items: readonly { stage: string; state: string; count: number }[];
  readonly oldest: readonly { stage: string; seconds: number }[];
}

/** Returns how many items are in which state, read from the database, and what each server process has served of tiles. */
export function viewServerMetrics(platform: Platform): AppMetrics {
  const { database, logger } = platform;
  return {
    names: Object.values(NAMES),
    async collect() {
      try {
        return await describe(await readFigures(database));
      } catch (error) {
        logger.warn({ err: error }, 'the figures of items could not be read for /metrics');
        return describe(undefined);
      }
    },
    processRegistry: () => tileRegistry(platform),
  };
}

async function readFigures(database: Database): Promise<Figures> {
  const rowsOf = async <Row>(sql: string) => {
    const { rows } = await database.raw<{ rows: Row[] }>(sql).timeout(TIMEOUT_MILLISECONDS, { cancel: true });
    return rows;
  };
  const [open, ended, oldest] = await Promise.all([
    rowsOf<Figures['items'][number]>(
      `SELECT stage, state, count(*)::integer AS count FROM view_server.attempts
       WHERE state = 'waiting' GROUP BY stage, state
       UNION ALL
       SELECT stage, state, count(*)::integer AS count FROM view_server.attempts
       WHERE state = 'running' GROUP BY stage, state`,
    ),
    rowsOf<Figures['items'][number]>(
      `SELECT stage, outcome AS state, count(*)::integer AS count FROM view_server.items
       WHERE outcome IS NOT NULL GROUP BY stage, outcome`,
    ),
    rowsOf<Figures['oldest'][number]>(
      `SELECT stage, extract(epoch FROM clock_timestamp() - min(pushed))::float8 AS seconds
       FROM view_server.attempts WHERE state = 'waiting' GROUP BY stage`,
    ),
  ]);
  return { items: [...open, ...ended], oldest };
}

/** In Prometheus' format; a registry of its own each time, as stages and states come and go. */
async function describe(figures: Figures | undefined): Promise<string> {
  // Loaded here because every process imports the app, and only servers have metrics.
  const { Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge<Label>({ name, help, labelNames, registers: [registry] });
  gauge(NAMES.up, 'Whether the figures of items could be read', []).set(figures ? 1 : 0);
  if (figures) {
    const items = gauge(NAMES.items, 'Items that wait, are in work, succeeded or failed last', [
      'stage',
      'state',
    ]);
    for (const { count, ...labels } of figures.items) items.set(labels, count);
    const oldest = gauge(NAMES.oldest, 'Seconds since the oldest item that waits was pushed', ['stage']);
    for (const { seconds, ...labels } of figures.oldest) oldest.set(labels, seconds);
  }
  return registry.metrics();
}

/** Gauges, as their values are read when they are asked for; they only grow. */
async function tileRegistry(platform: Platform) {
  const [{ Gauge, Registry }, { openCollectionTiles }] = await Promise.all([
    import('prom-client'),
    import('../tiles/open-collection-tiles.ts'),
  ]);
  const registers = [new Registry()];
  const { memoryHits, storageHits, misses, servedBytes, memoryBytes } = openCollectionTiles(platform).figures;
  const tiles: PromGauge<'from'> = new Gauge({
    name: NAMES.tiles,
    help: 'Tiles that were served since the start, by where they came from',
    labelNames: ['from'],
    registers,
  });
  tiles.set({ from: 'memory' }, memoryHits);
  tiles.set({ from: 'storage' }, storageHits);
  tiles.set({ from: 'drawing' }, misses);
  new Gauge({
    name: NAMES.tileBytes,
    help: 'Bytes of tiles that were served since the start',
    registers,
  }).set(servedBytes);
  new Gauge({ name: NAMES.tileMemory, help: 'Bytes that tiles take in memory', registers }).set(memoryBytes);
  return registers[0] ?? new Registry();
}
