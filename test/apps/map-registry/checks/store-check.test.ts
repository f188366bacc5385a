import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readChecks, recentReliabilityOf } from '../../../../src/apps/map-registry/checks/history.ts';
import { lastTwoOf } from '../../../../src/apps/map-registry/checks/reliability.ts';
import { storeLayerCheck, storeServiceCheck } from '../../../../src/apps/map-registry/checks/store-check.ts';
import { findLayer } from '../../../../src/apps/map-registry/layers/stored-layers.ts';
import { findService } from '../../../../src/apps/map-registry/layers/stored-services.ts';
import { RegistryService } from '../registry-service.ts';
import { removeAll, storeLayers } from './checked-layers.ts';

let site: RegistryService;
let serviceId: string;
let layerId: string;

beforeAll(async () => {
  site = await RegistryService.start();
});
afterAll(() => site.stop());
beforeEach(async () => {
  await removeAll(site);
  const stored = await storeLayers(site, [null]);
  serviceId = stored.serviceId;
  layerId = stored.layerIds[0] ?? '';
});

function check(success: boolean, taskId: string = randomUUID()): Promise<boolean> {
  const message = success ? 'OK' : 'It does not reply.';
  return site.platform.database.transaction((transaction) =>
    storeLayerCheck(transaction, layerId, { taskId, success, message, responseSeconds: 1.005 }),
  );
}

async function counted() {
  const layer = await findLayer(site.platform.database, layerId);
  if (!layer) throw new Error('The layer is there');
  return layer;
}

function toIndex() {
  return site.platform.database('map_registry.layers_to_index').select('layer_id', 'action');
}

describe('the checks of a layer', () => {
  it('are counted exactly, over any sequence', async () => {
    const script = '1101001110101000011111010110111000010101110101110001011010101110110100111';
    let successCount = 0;
    for (const [index, letter] of [...script].entries()) {
      const success = letter === '1';
      successCount += success ? 1 : 0;
      await check(success);
      const layer = await counted();
      const lastTwo = [...script.slice(Math.max(0, index - 1), index + 1)];
      expect(layer).toMatchObject({ checkCount: index + 1, successCount });
      expect(lastTwoOf(layer)).toEqual({
        checkCount: lastTwo.length,
        successCount: lastTwo.filter((each) => each === '1').length,
      });
      expect(layer.failuresInRow).toBe(/0*$/.exec(script.slice(0, index + 1))?.[0].length);
    }
    const layer = await counted();
    expect(layer.recentChecks).toBe(BigInt(`0b${script.slice(-64)}`));
    expect(layer).toMatchObject({
      checkCount: script.length,
      successCount,
      lastStatus: true,
      lastMessage: 'OK',
    });
    expect(await recentReliabilityOf(site.platform.database, { layerId })).toEqual({
      checkCount: script.length,
      successCount,
    });
  });

  it('say nothing of the reliability before the first one', async () => {
    expect(lastTwoOf(await counted())).toEqual({ checkCount: 0, successCount: 0 });
  });

  it('are counted once for each task, however often it is run, and also at the same time', async () => {
    const taskId = randomUUID();
    const stored = await Promise.all(Array.from({ length: 5 }, () => check(false, taskId)));
    expect(stored.filter(Boolean)).toHaveLength(1);
    await check(true);
    // It is run again after another one was counted.
    expect(await check(false, taskId)).toBe(false);
    expect(await counted()).toMatchObject({ checkCount: 2, successCount: 1, lastStatus: true });
  });

  it('lose none that end at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => check(index % 4 === 0)));
    expect(await counted()).toMatchObject({ checkCount: 20, successCount: 5 });
  });

  it('are kept one by one, with true seconds', async () => {
    await check(true);
    await check(false);
    const checks = await readChecks(site.platform.database, { layerId }, { before: undefined, limit: 10 });
    expect(
      checks.map(({ success, responseSeconds, message }) => [success, responseSeconds, message]),
    ).toEqual([
      [false, 1.005, 'It does not reply.'],
      [true, 1.005, 'OK'],
    ]);
  });

  it('are told to the index, in the same transaction', async () => {
    await check(true);
    expect(await toIndex()).toEqual([{ layer_id: layerId, action: 'index' }]);
    await site.platform.database('map_registry.layers').update({ was_deleted: true });
    await check(false);
    expect(await toIndex()).toEqual([{ layer_id: layerId, action: 'remove' }]);
  });

  it('leave nothing behind where the transaction fails', async () => {
    const failing = site.platform.database.transaction(async (transaction) => {
      const ended = { taskId: randomUUID(), success: true, message: 'OK', responseSeconds: 1 };
      await storeLayerCheck(transaction, layerId, ended);
      throw new Error('the process is killed');
    });
    await expect(failing).rejects.toThrow('killed');
    expect(await counted()).toMatchObject({ checkCount: 0, lastStatus: null });
    expect(await toIndex()).toEqual([]);
  });

  it('end without a trace where the layer is gone', async () => {
    await site.platform.database('map_registry.layers').delete();
    expect(await check(true)).toBe(false);
    expect(await site.platform.database('map_registry.checks').select()).toEqual([]);
  });
});

describe('the checks of a service', () => {
  it('are counted apart from those of its layers', async () => {
    await check(false);
    const ended = { taskId: randomUUID(), success: true, message: 'OK', responseSeconds: 0.2 };
    for (let time = 0; time < 2; time += 1) {
      await site.platform.database.transaction((transaction) =>
        storeServiceCheck(transaction, serviceId, ended),
      );
    }
    const service = await findService(site.platform.database, serviceId);
    expect(service).toMatchObject({ checkCount: 1, successCount: 1, lastStatus: true });
    expect(await counted()).toMatchObject({ checkCount: 1, successCount: 0 });
  });
});
