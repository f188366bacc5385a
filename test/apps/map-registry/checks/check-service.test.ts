import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkAllServicesHandler } from '../../../../src/apps/map-registry/checks/check-all-services.ts';
import { checkServiceHandler } from '../../../../src/apps/map-registry/checks/check-service.ts';
import { readChecks } from '../../../../src/apps/map-registry/checks/history.ts';
import { findService } from '../../../../src/apps/map-registry/layers/stored-services.ts';
import { SourceError } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { registryTasksOf } from '../../../../src/apps/map-registry/tasks.ts';
import { RegistryService } from '../registry-service.ts';
import { describedService, ScriptedSource } from '../scripted-source.ts';
import { removeAll, storeLayers, taskContext } from './checked-layers.ts';

const PERIOD_SECONDS = 600;

let site: RegistryService;
let source: ScriptedSource;

beforeAll(async () => {
  site = await RegistryService.start({ REGISTRY_CHECK_PERIOD: String(PERIOD_SECONDS / 60) });
});
afterAll(() => site.stop());
beforeEach(async () => {
  await removeAll(site);
  source = new ScriptedSource();
});

async function check(serviceId: string, isRoutine = false, on = site, context = taskContext(on)) {
  await checkServiceHandler(registryTasksOf, () => source)({ serviceId, isRoutine }, context);
}

interface Enqueued {
  readonly func: string;
  readonly args: Record<string, unknown>;
  readonly delaySeconds: number;
  readonly limitKey: string;
  readonly limit: number;
}

/** What waits in the queue, in the order of its time. */
async function enqueued(on = site): Promise<Enqueued[]> {
  const { rows } = await on.platform.database.raw(
    `SELECT data #>> '{task,func}' AS func, data #> '{task,args}' AS args,
       extract(epoch FROM start_after - created_on)::float8 AS "delaySeconds", limit_key AS "limitKey", limit_count AS "limit"
     FROM pgboss.job ORDER BY start_after, id`,
  );
  return rows;
}

async function checksOf(serviceId: string) {
  return readChecks(site.platform.database, { serviceId }, { before: undefined, limit: 10 });
}

describe('the check of a service', () => {
  it('harvests it, is counted, and has the layers that it has found checked at once', async () => {
    const { serviceId } = await storeLayers(site, [], { host: 'maps.example.com' });
    source.harvested = describedService(['rivers', 'lakes']);
    await check(serviceId);
    expect(await checksOf(serviceId)).toMatchObject([{ success: true, message: 'OK' }]);
    const tasks = await enqueued();
    expect(tasks).toHaveLength(2);
    for (const task of tasks) {
      expect(task).toMatchObject({
        func: 'map_registry.check_layer',
        delaySeconds: 0,
        limitKey: 'host:maps.example.com',
        limit: 2,
      });
    }
  });

  it('fails with the reason of its server, and has the layers checked that are known', async () => {
    const { serviceId } = await storeLayers(site, [null]);
    source.harvested = new SourceError('The capabilities name no layers.');
    await check(serviceId);
    expect(await checksOf(serviceId)).toMatchObject([
      { success: false, message: 'The capabilities name no layers.' },
    ]);
    expect(await enqueued()).toHaveLength(1);
  });

  it('throws what is no fault of the server, and counts nothing', async () => {
    const { serviceId } = await storeLayers(site, [null]);
    source.harvested = new Error('the database is away');
    await expect(check(serviceId)).rejects.toThrow('away');
    expect(await checksOf(serviceId)).toEqual([]);
    expect(await enqueued()).toEqual([]);
  });

  it('is counted once when its task is run again, and does not ask the server again', async () => {
    const { serviceId } = await storeLayers(site, [null]);
    const context = taskContext(site);
    await check(serviceId, false, site, context);
    await check(serviceId, false, site, context);
    expect((await findService(site.platform.database, serviceId))?.checkCount).toBe(1);
    expect(source.harvests).toHaveLength(1);
  });

  it('counts the layers that are missing once, however often its task dies after the harvest', async () => {
    const { serviceId } = await storeLayers(site, []);
    source.harvested = describedService(['rivers', 'lakes']);
    await check(serviceId);
    source.harvested = describedService(['rivers']);
    for (const attempt of [1, 2, 3]) {
      const dying = checkServiceHandler(
        () => {
          throw new Error(`The worker dies at attempt ${attempt}`);
        },
        () => source,
      );
      await expect(dying({ serviceId }, taskContext(site))).rejects.toThrow('dies');
    }
    await check(serviceId);
    const lakes = await site.platform.database('map_registry.layers').where({ name: 'lakes' }).first();
    expect(lakes).toMatchObject({ missing_count: 1, was_deleted: false });
  });

  it('spreads the checks of every period over it, and leaves a tenth to chance', async () => {
    const { serviceId } = await storeLayers(
      site,
      Array.from({ length: 300 }, () => null),
    );
    await site.platform.database('map_registry.services').update({ check_count: 1, last_status: true });
    await check(serviceId, true);
    const tasks = await enqueued();
    expect(tasks).toHaveLength(300);
    const minutes = Array.from({ length: PERIOD_SECONDS / 60 }, () => 0);
    for (const { delaySeconds } of tasks) {
      const minute = Math.floor(delaySeconds / 60);
      minutes[minute] = (minutes[minute] ?? 0) + 1;
    }
    expect(minutes).toHaveLength(10);
    // No minute has more than three times the mean.
    expect(Math.max(...minutes)).toBeLessThanOrEqual(90);
    // A check that waits is not enqueued again; one that is asked for does not wait for it.
    await check(serviceId, true);
    expect(await enqueued()).toHaveLength(300);
    await check(serviceId);
    expect(await enqueued()).toHaveLength(600);
  });

  it('leaves longer pauses after failures: twice as many periods after each, up to 32', async () => {
    const failures = [0, 1, 1, 2, 2, 5, 5, 9, 9];
    const periodsAgo = [0.1, 0.1, 1.9, 1.9, 3.9, 30, 31.9, 30, 31.9];
    const { serviceId, layerIds } = await storeLayers(
      site,
      failures.map(() => null),
    );
    for (const [index, id] of layerIds.entries()) {
      await site.platform.database.raw(
        `UPDATE map_registry.layers SET failures_in_row = ?, last_check = now() - ? * interval '1 second' WHERE id = ?`,
        [failures[index] ?? 0, (periodsAgo[index] ?? 0) * PERIOD_SECONDS, id],
      );
    }
    await site.platform.database('map_registry.services').update({ check_count: 1, last_status: true });
    await check(serviceId, true);
    const due = (await enqueued()).map(({ args }) => layerIds.indexOf(String(args['layerId']))).toSorted();
    expect(due).toEqual([0, 2, 4, 6, 8]);
  });

  it('has all layers checked at once when the server is back', async () => {
    const { serviceId } = await storeLayers(site, [null, null]);
    await site.platform
      .database('map_registry.layers')
      .update({ failures_in_row: 7, last_check: site.platform.database.fn.now() });
    await site.platform.database('map_registry.services').update({ check_count: 3, last_status: false });
    await check(serviceId, true);
    expect((await enqueued()).map(({ delaySeconds }) => delaySeconds)).toEqual([0, 0]);
  });

  it('passes over services and layers that are off, and layers that were deleted', async () => {
    const { serviceId, layerIds } = await storeLayers(site, [null, null, null, null]);
    const layer = (index: number) =>
      site.platform.database('map_registry.layers').where({ id: layerIds[index] ?? '' });
    await layer(0).update({ is_monitored: false });
    await layer(1).update({ is_active: false });
    await layer(2).update({ was_deleted: true });
    await check(serviceId);
    expect((await enqueued()).map(({ args }) => args)).toEqual([{ layerId: layerIds[3] }]);
    await site.platform.database('map_registry.services').update({ is_active: false });
    await check(serviceId);
    expect(await checksOf(serviceId)).toHaveLength(1);
  });
});

describe('the check of a service, where the settings', () => {
  let other: RegistryService;
  beforeEach(async () => {
    other = await RegistryService.start({
      REGISTRY_HARVEST_SERVICES: 'False',
      REGISTRY_LIMIT_LAYERS: '3',
    });
  });
  afterEach(() => other.stop());

  it('forbid harvests, reads the description and stores none of it; it checks so many layers as they say', async () => {
    const { serviceId } = await storeLayers(
      other,
      Array.from({ length: 5 }, () => null),
    );
    source.harvested = describedService(['new']);
    await check(serviceId, false, other);
    expect(await findService(other.platform.database, serviceId)).toMatchObject({
      title: 'A service',
      harvested: null,
      checkCount: 1,
      lastStatus: true,
    });
    expect(await enqueued(other)).toHaveLength(3);
  });
});

describe('the checks of all services', () => {
  it('are spread over the period, each once however often they are enqueued', async () => {
    for (let count = 0; count < 5; count += 1) await storeLayers(site, [null]);
    const { serviceId } = await storeLayers(site, [null]);
    await site.platform
      .database('map_registry.services')
      .where({ id: serviceId })
      .update({ is_active: false });
    const enqueueAll = () => checkAllServicesHandler(registryTasksOf)({}, taskContext(site));
    expect(await enqueueAll()).toBe(5);
    expect(await enqueueAll()).toBe(5);
    const tasks = await enqueued();
    expect(tasks).toHaveLength(5);
    for (const { args, delaySeconds } of tasks) {
      expect(args).toMatchObject({ isRoutine: true });
      expect(delaySeconds).toBeLessThan(PERIOD_SECONDS);
    }
  });
});
