import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readChecks } from '../../../../src/apps/map-registry/checks/history.ts';
import { addEndpoint } from '../../../../src/apps/map-registry/endpoints/add-endpoints.ts';
import { findEndpoint } from '../../../../src/apps/map-registry/endpoints/stored-endpoints.ts';
import { findService } from '../../../../src/apps/map-registry/layers/stored-services.ts';
import { checkLayer, checkService, updateEndpoint } from '../../../../src/apps/map-registry/tasks.ts';
import type { LossContext } from '../../../../src/queue/index.ts';
import { RegistryService } from '../registry-service.ts';
import { removeAll, storeLayers, taskContext } from './checked-layers.ts';

const KILLED = { error: 'Its worker was killed.' };

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

/** What the queue says of the last attempt. */
function lastLoss(differing: Partial<LossContext> = {}): LossContext {
  const { platform } = site;
  return {
    taskId: randomUUID(),
    transaction: platform.database,
    platform,
    nextAttemptSeconds: undefined,
    isCancelled: false,
    progress: null,
    ...differing,
  };
}

function checksOf(target: { readonly layerId: string } | { readonly serviceId: string }) {
  return readChecks(site.platform.database, target, { before: undefined, limit: 10 });
}

describe('a check whose workers have all died', () => {
  it('of a layer is a failure with that reason, once, which the index hears of', async () => {
    const loss = lastLoss();
    await checkLayer.onLost?.({ layerId }, KILLED, loss);
    await checkLayer.onLost?.({ layerId }, KILLED, loss);
    expect(await checksOf({ layerId })).toMatchObject([
      { success: false, message: 'The check did not end: Its worker was killed.' },
    ]);
    expect(await site.platform.database('map_registry.layers_to_index').pluck('layer_id')).toEqual([layerId]);
  });

  it('of a service is one too', async () => {
    await checkService.onLost?.({ serviceId }, KILLED, lastLoss());
    expect(await checksOf({ serviceId })).toMatchObject([
      { success: false, message: 'The check did not end: Its worker was killed.' },
    ]);
    expect(await findService(site.platform.database, serviceId)).toMatchObject({
      checkCount: 1,
      lastStatus: false,
    });
  });

  it('is no check while another attempt follows, nor where it was cancelled', async () => {
    for (const differing of [{ nextAttemptSeconds: 5 }, { isCancelled: true }]) {
      await checkLayer.onLost?.({ layerId }, KILLED, lastLoss(differing));
      await checkService.onLost?.({ serviceId }, KILLED, lastLoss(differing));
    }
    expect([...(await checksOf({ layerId })), ...(await checksOf({ serviceId }))]).toEqual([]);
  });
});

describe('an endpoint whose task is lost for good', () => {
  it('says so, so that it does not wait for ever', async () => {
    const { platform, tasks } = site;
    const catalogId = await site.catalogId();
    const { endpoint } = await platform.database.transaction((transaction) =>
      addEndpoint(transaction, tasks, { catalogId, url: 'https://maps.example/lost' }),
    );
    const { id: endpointId } = endpoint;
    await updateEndpoint.onLost?.({ endpointId }, KILLED, lastLoss({ nextAttemptSeconds: 5 }));
    expect(await findEndpoint(platform.database, endpointId)).toMatchObject({ processed: null });
    await updateEndpoint.onLost?.({ endpointId }, KILLED, lastLoss());
    expect(await findEndpoint(platform.database, endpointId)).toMatchObject({
      processed: expect.any(String),
      imported: false,
      message: 'ERROR! The endpoint was not looked at: Its worker was killed.',
    });
  });
});

describe('a task that fails for a reason of its own', () => {
  const LAST_ATTEMPT = 5;
  beforeEach(() =>
    // No other check can be stored: a fault that every attempt meets.
    site.platform.database.raw(
      `ALTER TABLE map_registry.checks ADD CONSTRAINT fault CHECK (message LIKE 'The check did not end: %')`,
    ),
  );
  afterEach(() => site.platform.database.raw('ALTER TABLE map_registry.checks DROP CONSTRAINT fault'));

  it('stores a failed check with its last attempt, and none before', async () => {
    const handler = await checkLayer.load();
    const run = (attempt: number) => handler({ layerId }, { ...taskContext(site), attempt });
    await expect(run(LAST_ATTEMPT - 1)).rejects.toThrow('fault');
    expect(await checksOf({ layerId })).toEqual([]);
    await expect(run(LAST_ATTEMPT)).rejects.toThrow('fault');
    expect(await checksOf({ layerId })).toMatchObject([
      {
        success: false,
        message: 'The check did not end: The registry failed; the failed task says why.',
      },
    ]);
  });
});
