import type { Gauge as PromGauge } from 'prom-client';
import type { AppMetrics } from '../../../app-kit/app.ts';
import { databaseMetrics, type MakeGauge, type RowsOf } from '../../../app-kit/database-metrics.ts';
import type { Platform } from '../../../platform/platform.ts';

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

/** Returns the metrics of items, and of the tiles that each server process has served. */
export function viewServerMetrics(platform: Platform): AppMetrics {
  return {
    ...databaseMetrics(platform, {
      subject: 'items',
      names: Object.values(NAMES),
      upName: NAMES.up,
      read: readFigures,
      describe,
    }),
    processRegistry: () => tileRegistry(platform),
  };
}

async function readFigures(rowsOf: RowsOf): Promise<Figures> {
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

function describe({ items, oldest }: Figures, gauge: MakeGauge): void {
  const itemGauge = gauge(NAMES.items, 'Items that wait, are in work, succeeded or failed last', [
    'stage',
    'state',
  ]);
  for (const { count, ...labels } of items) itemGauge.set(labels, count);
  const oldestGauge = gauge(NAMES.oldest, 'Seconds since the oldest item that waits was pushed', ['stage']);
  for (const { seconds, ...labels } of oldest) oldestGauge.set(labels, seconds);
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
