import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dropCheckMonths, makeCheckMonths } from '../../../../src/apps/map-registry/checks/check-months.ts';
import { readChecks } from '../../../../src/apps/map-registry/checks/history.ts';
import { pruneChecksHandler } from '../../../../src/apps/map-registry/checks/prune-checks.ts';
import { removeServiceChecksHandler } from '../../../../src/apps/map-registry/checks/remove-checks.ts';
import { storeLayerCheck, storeServiceCheck } from '../../../../src/apps/map-registry/checks/store-check.ts';
import { findLayer } from '../../../../src/apps/map-registry/layers/stored-layers.ts';
import { RegistryService } from '../registry-service.ts';
import { storeLayers, taskContext } from './checked-layers.ts';

let site: RegistryService;
beforeEach(async () => {
  site = await RegistryService.start();
});
afterEach(() => site.stop());

async function partitions(): Promise<Record<string, number>> {
  const { rows } = await site.platform.database.raw<{ rows: { name: string }[] }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = 'map_registry.checks'::regclass ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const counted = await site.platform.database.raw(`SELECT count(*)::int FROM map_registry.${name}`);
    counts[name] = counted.rows[0].count;
  }
  return counts;
}

function insertChecks(...days: readonly string[]): Promise<unknown> {
  return site.platform.database('map_registry.checks').insert(
    days.map((day) => ({
      checked: `${day}T00:00:00Z`,
      layer_id: 1,
      success: true,
      response_seconds: 1,
      message: 'OK',
    })),
  );
}

describe('the history of checks', () => {
  it('has a partition for each month ahead of time, and takes checks before it has one', async () => {
    await insertChecks('2031-11-30', '2031-12-01', '2032-01-31', '2032-03-01');
    const december = new Date('2031-12-31T23:59:59Z');
    await Promise.all([
      makeCheckMonths(site.platform.database, december),
      makeCheckMonths(site.platform.database, december),
    ]);
    expect(await partitions()).toEqual({
      checks_2031_12: 1,
      checks_2032_01: 1,
      checks_2032_02: 0,
      checks_of_other_months: 2,
    });
    expect(
      await readChecks(site.platform.database, { layerId: '1' }, { before: undefined, limit: 10 }),
    ).toHaveLength(4);
    const indexes = await site.platform
      .database('pg_indexes')
      .where({ tablename: 'checks_2032_01' })
      .pluck('indexname');
    expect(indexes).toHaveLength(3);
  });

  it('loses whole months once all of their checks are old', async () => {
    await makeCheckMonths(site.platform.database, new Date('2031-12-01T00:00:00Z'));
    await insertChecks('2031-11-29', '2031-12-01', '2032-01-31', '2032-02-01');
    await dropCheckMonths(site.platform.database, new Date('2032-01-31T23:59:59Z'));
    expect(await partitions()).toEqual({
      checks_2032_01: 1,
      checks_2032_02: 1,
      checks_of_other_months: 0,
    });
  });

  it('is kept by a task, which may be run again', async () => {
    await insertChecks('2001-01-01');
    await site.platform.database.raw(
      `INSERT INTO map_registry.counted_checks VALUES (gen_random_uuid(), now() - interval '8 days'), (gen_random_uuid(), now())`,
    );
    for (let time = 0; time < 2; time += 1) await pruneChecksHandler()({}, taskContext(site));
    const counts = await partitions();
    expect(Object.keys(counts)).toHaveLength(4);
    expect(counts['checks_of_other_months']).toBe(0);
    const [counted] = await site.platform.database('map_registry.counted_checks').count();
    expect(counted?.['count']).toBe('1');
  });
});

describe('removing the checks of a service', () => {
  it('removes those of its layers too, counts anew, and tells the index; other services keep theirs', async () => {
    const { database } = site.platform;
    const { serviceId, layerIds } = await storeLayers(site, [null, null]);
    const other = await storeLayers(site, [null]);
    const ended = () => ({ taskId: randomUUID(), success: false, message: 'No.', responseSeconds: 1 });
    await database.transaction(async (transaction) => {
      for (const id of [...layerIds, ...other.layerIds]) await storeLayerCheck(transaction, id, ended());
      await storeServiceCheck(transaction, serviceId, ended());
    });
    await database('map_registry.layers_to_index').delete();
    for (let time = 0; time < 2; time += 1)
      await removeServiceChecksHandler()({ serviceId }, taskContext(site));
    const left = await database('map_registry.checks').select('layer_id');
    expect(left).toEqual([{ layer_id: other.layerIds[0] }]);
    expect(await findLayer(database, layerIds[1] ?? '')).toMatchObject({
      checkCount: 0,
      failuresInRow: 0,
      recentChecks: 0n,
      firstCheck: null,
      lastStatus: null,
    });
    const noted = await database('map_registry.layers_to_index').orderBy('layer_id').pluck('layer_id');
    expect(noted).toEqual(layerIds);
  });
});
