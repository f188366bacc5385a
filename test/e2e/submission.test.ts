import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { SANDBOX_AUTHORIZATION } from '../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { type ColouredPage, makeColouredPdf } from '../support/pdf.ts';
import { type MemberAnswer, ServiceUnderTest } from './service.ts';

const CUSTOMER = 7;
const DPI = 100;

const PAGES: readonly ColouredPage[] = [
  { widthPoints: 595, heightPoints: 842, colour: [200, 30, 30] },
  { widthPoints: 842, heightPoints: 595, colour: [30, 200, 30] },
  { widthPoints: 144, heightPoints: 72, colour: [30, 30, 200] },
  { widthPoints: 300, heightPoints: 300, colour: [120, 120, 10] },
  { widthPoints: 100, heightPoints: 500, colour: [10, 120, 120] },
];

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

describe('a submission of two members, of which one fails', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await ServiceUnderTest.start({ PDF_RASTERIZER_DPI: String(DPI), DLCS_BATCH_SIZE: '2' });
  });
  afterAll(() => service.stop());

  it('goes from PENDING to COMPLETED and ERROR, with every page where it belongs', async () => {
    const origin = service.serve('/book.pdf', await makeColouredPdf(PAGES));
    const collection = await service.submit(CUSTOMER, [
      {
        '@type': 'vocab:Composite',
        id: 'book-{:03d}',
        space: 4,
        origin,
        incrementSeed: 9,
        compositeId: 'the-book',
        originFormat: 'application/pdf',
        string1: 'Page {}',
        string2: 'no format',
        number1: 12,
        number2: '{:+d}',
        text: '{{{:x}}}',
        roles: ['https://example.org/roles/reader'],
        maxUnauthorised: 400,
        family: 'T',
        textType: 'alto',
      },
      {
        '@type': 'vocab:Composite',
        id: 'gone-{}',
        space: 4,
        origin: service.originUrl('/gone.pdf'),
        incrementSeed: 0,
      },
    ]);

    expect(collection.id).toMatch(/^http:\/\/localhost:8000\/collections\/[0-9a-f-]{36}$/);
    for (const member of collection.members) {
      expect(member).toEqual({
        id: expect.stringMatching(new RegExp(`^${collection.id}/members/[0-9a-f-]{36}$`)),
        status: 'PENDING',
        created: expect.stringMatching(TIMESTAMP),
        last_updated: expect.stringMatching(TIMESTAMP),
      });
    }
    const [good, bad] = collection.members as [MemberAnswer, MemberAnswer];
    expect(await (await service.get(collection.id)).json()).toEqual(collection);

    await service.startEngine();
    const completed = await service.waitForStatus(good.id, 'COMPLETED');
    const failed = await service.waitForStatus(bad.id, 'ERROR');

    const batches = service.dlcs.takenBatches(CUSTOMER);
    expect(completed).toEqual({
      ...good,
      status: 'COMPLETED',
      last_updated: expect.stringMatching(TIMESTAMP),
      image_count: PAGES.length,
      dlcs_uris: batches.map(({ uri }) => uri),
      progress: { pages_done: PAGES.length, pages_total: PAGES.length },
    });
    expect(completed.last_updated > good.last_updated).toBe(true);
    expect((await service.get(bad.id)).status).toBe(422);
    expect(failed.error).toContain('404');
    expect(failed.error).toContain('/gone.pdf');
    expect(await (await service.get(collection.id)).json()).toEqual({
      id: collection.id,
      members: [completed, failed],
      priority: false,
    });

    expect(batches.map(({ images }) => images.length)).toEqual([2, 2, 1]);
    const images = batches.flatMap((batch) => batch.images);
    const folder = `${service.objectStorage.url}/dlcs-composite-images/composites/${CUSTOMER}/4/the-book/`;
    expect(images).toEqual(
      PAGES.map((_page, index) => ({
        id: `book-${String(9 + index).padStart(3, '0')}`,
        space: 4,
        origin: expect.stringContaining(folder),
        family: 'I',
        mediaType: 'image/jpeg',
        string1: `Page ${9 + index}`,
        string2: 'no format',
        number1: 12,
        number2: `+${9 + index}`,
        text: `{${(9 + index).toString(16)}}`,
        roles: ['https://example.org/roles/reader'],
        maxUnauthorised: 400,
        textType: 'alto',
      })),
    );
    for (const [index, image] of images.entries()) await expectPage(image['origin'], PAGES[index]);
  });

  it('leaves no credential in the log', () => {
    expect(service.output()).toContain('task succeeded');
    expect(service.output()).not.toContain(SANDBOX_AUTHORIZATION.replace('Basic ', ''));
  });
});

async function expectPage(url: unknown, page: ColouredPage | undefined): Promise<void> {
  const response = await fetch(String(url));
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  const image = sharp(Buffer.from(await response.arrayBuffer()));
  const { width, height, format, chromaSubsampling } = await image.metadata();
  expect({ format, chromaSubsampling }).toEqual({ format: 'jpeg', chromaSubsampling: '4:2:0' });
  expect(width).toBe(Math.ceil(((page?.widthPoints ?? 0) * DPI) / 72));
  expect(height).toBe(Math.ceil(((page?.heightPoints ?? 0) * DPI) / 72));
  const { channels } = await image.stats();
  for (const [channel, value] of page?.colour.entries() ?? []) {
    expect(Math.abs((channels[channel]?.mean ?? -1) - value)).toBeLessThan(3);
  }
}
