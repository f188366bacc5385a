import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';
import {
  type ElasticsearchStandIn,
  startElasticsearchStandIn,
} from '../search-engines/elasticsearch-stand-in.ts';

describe.each([
  { isStrict: true, awayStatus: 503 },
  { isStrict: false, awayStatus: 500 },
])('a search, strict: $isStrict', ({ isStrict, awayStatus }) => {
  let service: RegistryService;
  let engine: ElasticsearchStandIn;
  let engineStatus: number | undefined;
  beforeAll(async () => {
    engine = await startElasticsearchStandIn({ intercept: () => engineStatus });
    service = await RegistryService.start({
      REGISTRY_STRICT: String(isStrict),
      REGISTRY_SEARCH_URL: `elasticsearch+http://user:secret@127.0.0.1:${engine.port}`,
    });
  });
  afterAll(async () => {
    await service.stop();
    await engine.close();
  });

  const search = async () => {
    const { status, json, text } = await service.send('GET', '/hypermap/api/?q.text=river');
    expect(text).not.toContain('secret');
    return [status, json];
  };

  it('says that the engine fails, refuses, or is not there', async () => {
    engineStatus = 503;
    expect(await search()).toEqual([awayStatus, { error: { msg: expect.any(String) } }]);
    engineStatus = 400;
    expect(await search()).toEqual([400, { error: expect.any(String) }]);
    await engine.close();
    expect(await search()).toEqual([awayStatus, { error: { msg: expect.any(String) } }]);
  });
});
