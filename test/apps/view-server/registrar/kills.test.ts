import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../../support/node-process.ts';
import { earthObservationXml } from '../metadata/sample-metadata.ts';
import { RegistrationSite } from './registration-site.ts';
import { sampleGeoTiff } from './sample-geotiff.ts';

jest.setTimeout(120_000);

const ENGINE = new URL('../../../../dist/engine.js', import.meta.url);

let site: RegistrationSite;
let engine: NodeProcess | undefined;

beforeEach(async () => {
  site = await RegistrationSite.start({
    collections: {
      collection: {
        source: { type: 'local', kwargs: { folder: 'TARGET' } },
        target: { type: 'local', kwargs: { folder: 'TARGET' } },
        seeding: { enabled: true, min_zoom: 0, max_zoom: 0 },
      },
    },
  });
  await site.put({
    'a/image.tif': sampleGeoTiff({ minX: 16, minY: 48, maxX: 17, maxY: 49 }),
    'a/metadata.xml': earthObservationXml({ identifier: 'A' }),
  });
});

afterEach(async () => {
  engine?.kill('SIGTERM');
  await engine?.ended;
  await site.stop();
});

async function startEngine(): Promise<void> {
  engine = startNodeProcess(ENGINE, { ...site.environment, LOG_LEVEL: 'info', ENGINE_WORKER_COUNT: '1' });
  await engine.waitForLine(({ msg }) => msg === 'engine started');
}

/** Kills the engine and its workers, as if its machine was gone; others take it for dead at once. */
async function killEngine(): Promise<void> {
  const pid = engine?.pid ?? 0;
  for (const each of [pid, ...childrenOf(pid)]) process.kill(each, 'SIGKILL');
  await engine?.ended;
  const { database } = site.platform;
  await database('queue.engines').update({
    heartbeat: database.raw(`clock_timestamp() - interval '1 minute'`),
  });
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Kills the engine at the moment when one of its processes wants to write to a table. */
async function killAtWriteTo(table: string): Promise<void> {
  const { database } = site.platform;
  const lock = await database.transaction();
  await lock.raw(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
  await startEngine();
  await eventually(async () => {
    const { rows } = await database.raw<{ rows: unknown[] }>(
      'SELECT FROM pg_locks WHERE NOT granted AND relation = ?::regclass',
      [table],
    );
    return rows.length > 0;
  });
  await killEngine();
  await lock.rollback();
}

describe('a registration whose worker is killed', () => {
  it.each([
    ['before it begins', 'view_server.attempts'],
    ['as it stores the product', 'view_server.products'],
    ['as it pushes to the seeder', 'view_server.collections'],
    ['after everything is stored', 'queue.tasks'],
  ])('%s is made once all the same', async (_when, table) => {
    await site.push('register', 'a');
    await killAtWriteTo(table);
    await startEngine();
    await eventually(async () => (await site.item('register', 'a')).outcome === 'success', 60_000, 50);
    expect(await site.product('A')).toMatchObject({ version: 1, coverages: [{ identifier: 'A_image' }] });
    const stored = await site.platform.database('view_server.product_boxes').count<{ count: string }[]>('*');
    expect(stored).toEqual([{ count: '1' }]);
    const seeds = await site.platform.database('view_server.items').where({ stage: 'seed' });
    expect(seeds).toHaveLength(1);
    const open = await site.platform
      .database('view_server.attempts')
      .where({ stage: 'register' })
      .whereIn('state', ['waiting', 'running']);
    expect(open).toEqual([]);
  });
});
