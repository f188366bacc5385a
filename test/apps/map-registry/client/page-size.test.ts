import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';

let service: RegistryService;
beforeAll(async () => {
  service = await RegistryService.start({ PAGINATION_DEFAULT_PAGINATION: '2' });
  const catalog_id = await service.catalogId();
  await service.platform.database('map_registry.services').insert(
    [1, 2, 3].map((at) => ({
      catalog_id,
      type: 'OGC:WMS',
      url: `https://maps.example/${at}`,
      host: 'maps.example',
      title: `Service ${at}`,
    })),
  );
});
afterAll(() => service.stop());

it('a page lists as many services as the settings say', async () => {
  const page = async (number: number) => {
    const { text } = await service.send('GET', `/hypermap/?order_by=title&page=${number}`);
    return [1, 2, 3].filter((at) => text.includes(`Service ${at}`));
  };
  expect([await page(1), await page(2), await page(3)]).toEqual([[1, 2], [3], []]);
});
