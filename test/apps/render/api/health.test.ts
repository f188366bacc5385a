import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readVersion } from '../../../../src/platform/version.ts';
import { eventually } from '../../../support/eventually.ts';
import { RenderService } from '../render-service.ts';
import { killEngine, startEngine } from '../rendering/orders.ts';

let service: RenderService;
beforeEach(async () => {
  service = await RenderService.start();
});
afterEach(() => service.stop());

const statusOf = async () => {
  const { status, text } = await service.send('GET', '/_ah/health', undefined, { authorization: '' });
  expect(text).toBe('');
  return status;
};

describe('the health', () => {
  it('is 500 without an engine, 200 with one, and 500 once that hangs', async () => {
    expect(await statusOf()).toBe(500);
    const engine = await startEngine(service);
    expect(await statusOf()).toBe(200);
    engine.kill('SIGSTOP');
    await eventually(async () => (await statusOf()) === 500);
    await killEngine(engine);
  });

  it('is 500 if only an engine of another queue runs', async () => {
    const engine = await startEngine(service, { Q_CLUSTER_NAME: 'elsewhere' });
    expect(await statusOf()).toBe(500);
    await killEngine(engine);
  });
});

it('the version is that of the service, as text', async () => {
  expect(await service.send('GET', '/version')).toMatchObject({ status: 200, text: readVersion() });
});
