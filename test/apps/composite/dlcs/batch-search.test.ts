import { afterEach, describe, expect, it } from '@jest/globals';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { findPostedBatch, type KnownBatch } from '../../../../src/apps/composite/dlcs/batch-search.ts';
import { DlcsClient, type JsonObject } from '../../../../src/apps/composite/dlcs/dlcs-client.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';

const POSTED_EPOCH_SECONDS = Date.parse('2026-05-01T12:00:00Z') / 1_000;
const BATCHES_PATH = '/customers/5/queue/batches';

const COLLECTION: JsonObject = {
  '@type': 'Collection',
  member: [imageOf('a', 1), imageOf('a', 2)],
};

const servers: LocalServer[] = [];
const clients: DlcsClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function imageOf(name: string, number: number): JsonObject {
  return { id: `${name}-${number}`, space: 3, origin: `https://s3/${name}/page-0000${number}.jpg` };
}

interface FakeBatch {
  readonly id: number;
  readonly submitted: string;
  readonly images: readonly JsonObject[];
}

/** Serves a customer's batches in the order in which they are given; answers what was asked for. */
async function serveBatches(
  batches: readonly FakeBatch[],
  options: { readonly pageSize?: number; readonly hasTotal?: boolean; readonly host?: string } = {},
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = await listenLocally((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    asked.push(`${url.pathname}?page=${url.searchParams.get('page')}`);
    const page = Number(url.searchParams.get('page'));
    const pageSize = options.pageSize ?? Number(url.searchParams.get('pageSize'));
    const id = /\/(\d+)\/images$/.exec(url.pathname)?.[1];
    const all: readonly JsonObject[] =
      id === undefined
        ? batches.map((batch) => ({
            '@id': `${options.host ?? server.url}${BATCHES_PATH}/${batch.id}`,
            submitted: batch.submitted,
            count: batch.images.length,
          }))
        : (batches.find((batch) => batch.id === Number(id))?.images ?? []);
    const member = all.slice((page - 1) * pageSize, page * pageSize);
    const totalItems = options.hasTotal === false ? {} : { totalItems: all.length };
    response.end(JSON.stringify({ '@type': 'Collection', ...totalItems, member }));
  });
  servers.push(server);
  return { url: server.url, asked };
}

function search(url: string, known: readonly KnownBatch[] = []) {
  const client = new DlcsClient({ apiRoot: url, timeoutSeconds: 30, batchSize: 100 }, OutgoingNetwork.PLAIN);
  clients.push(client);
  return findPostedBatch({
    client,
    customer: 5,
    authorization: 'Basic x',
    collection: COLLECTION,
    postedEpochSeconds: POSTED_EPOCH_SECONDS,
    findKnownBatches: async (uris) => known.filter(({ uri }) => uris.includes(uri)),
    signal: new AbortController().signal,
  });
}

/** Batches of other images, one a day, the last one on the day before the search. */
function history(count: number): FakeBatch[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    submitted: new Date((POSTED_EPOCH_SECONDS - (count - index) * 86_400) * 1_000).toISOString(),
    images: [imageOf('old', 1), imageOf('old', 2)],
  }));
}

const OURS: FakeBatch = {
  id: 9_000,
  submitted: '2026-05-01T12:00:01.123456Z',
  images: [imageOf('a', 2), imageOf('a', 1)],
};

describe('a batch whose answer was lost', () => {
  it('is found by its images, in whatever order they are listed', async () => {
    const other = { ...OURS, id: 9_001, images: [imageOf('b', 1), imageOf('b', 2)] };
    const { url } = await serveBatches([other, OURS, ...history(3).reverse()]);
    expect(await search(url)).toMatchObject({
      kind: 'found',
      batch: { uri: `${url}${BATCHES_PATH}/9000`, body: { count: 2 } },
    });
  });

  it('is absent where no batch since then has its images', async () => {
    const { url, asked } = await serveBatches(history(3).reverse());
    expect(await search(url)).toEqual({ kind: 'absent' });
    expect(asked).toEqual([`${BATCHES_PATH}?page=1`]);
  });

  it('is absent where there are no batches at all', async () => {
    const { url } = await serveBatches([]);
    expect(await search(url)).toEqual({ kind: 'absent' });
  });

  it.each([
    ['fewer images', [imageOf('a', 1)]],
    ['an image of another id', [imageOf('a', 1), { ...imageOf('a', 2), id: 'other' }]],
    ['an image from elsewhere', [imageOf('a', 1), { ...imageOf('a', 2), origin: 'https://s3/x.jpg' }]],
  ])('is not one with %s', async (_case, images) => {
    const { url } = await serveBatches([{ ...OURS, images }]);
    expect(await search(url)).toEqual({ kind: 'absent' });
  });

  it.each([
    ['in the same words', OURS.submitted],
    ['with fewer digits', '2026-05-01T12:00:01Z'],
    ['nowhere', null],
  ])('is not one that is known to be another’s, which says its time %s', async (_case, submitted) => {
    const { url } = await serveBatches([{ ...OURS, id: 9_001 }, OURS]);
    const known = { uri: `${url}${BATCHES_PATH}/9001`, submitted };
    expect(await search(url, [known])).toMatchObject({ batch: { uri: `${url}${BATCHES_PATH}/9000` } });
  });

  it('is found where the DLCS gave it the URI of another, which it has lost', async () => {
    const { url } = await serveBatches([OURS]);
    const uri = `${url}${BATCHES_PATH}/9000`;
    const lost = ['2026-04-30T12:00:01.123456Z', '2026-05-01T11:59:59'];
    expect(
      await search(
        url,
        lost.map((submitted) => ({ uri, submitted })),
      ),
    ).toMatchObject({ kind: 'found', batch: { uri } });
    const known = [...lost, OURS.submitted].map((submitted) => ({ uri, submitted }));
    expect(await search(url, known)).toEqual({ kind: 'absent' });
  });

  it('is found where the DLCS’s clock is some minutes behind, and writes no time zone', async () => {
    const { url } = await serveBatches([{ ...OURS, submitted: '2026-05-01T11:50:00' }]);
    expect(await search(url)).toMatchObject({ kind: 'found' });
  });

  it('is found where the DLCS writes customer and space before an id', async () => {
    const images = OURS.images.map((image) => ({ ...image, id: `5/3/${image['id']}` }));
    const { url } = await serveBatches([{ ...OURS, images }]);
    expect(await search(url)).toMatchObject({ kind: 'found' });
  });

  it('is asked for at the API’s own root, whatever host its URI names', async () => {
    const { url, asked } = await serveBatches([OURS], { host: 'https://elsewhere.invalid' });
    expect(await search(url)).toMatchObject({ kind: 'found' });
    expect(asked).toContain(`${BATCHES_PATH}/9000/images?page=1`);
  });
});

describe('a long list of batches', () => {
  it('is read no further than the time in question, newest first', async () => {
    const newer = Array.from({ length: 150 }, (_, index) => ({
      ...OURS,
      id: 10_000 - index,
      images: [imageOf('b', 1)],
    }));
    const { url, asked } = await serveBatches([...newer, ...history(500).reverse()]);
    expect(await search(url)).toEqual({ kind: 'absent' });
    expect(asked).toEqual([1, 2, 3].map((page) => `${BATCHES_PATH}?page=${page}`));
  });

  it('is read from its end where it lists the oldest first', async () => {
    const { url, asked } = await serveBatches([...history(520), OURS], { pageSize: 50 });
    expect(await search(url)).toMatchObject({ kind: 'found' });
    expect(asked).toEqual([
      `${BATCHES_PATH}?page=1`,
      `${BATCHES_PATH}?page=11`,
      `${BATCHES_PATH}/9000/images?page=1`,
    ]);
  });

  it('is read to its end where it does not say how long it is', async () => {
    const { url } = await serveBatches([...history(250), OURS], { hasTotal: false });
    expect(await search(url)).toMatchObject({ kind: 'found' });
  });

  it('is not read for ever', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ...OURS,
      id: index,
      images: [imageOf('b', 1)],
    }));
    const { url, asked } = await serveBatches(many, { pageSize: 1 });
    await expect(search(url)).rejects.toThrow('100 pages were read');
    expect(asked).toHaveLength(100);
  });
});

describe('a DLCS that does not list', () => {
  it.each([404, 405])('batches (%d) says nothing', async (status) => {
    const server = await listenLocally((_request, response) => response.writeHead(status).end());
    servers.push(server);
    expect(await search(server.url)).toEqual({ kind: 'unsupported' });
  });

  it('at this moment is an error', async () => {
    const server = await listenLocally((_request, response) => response.writeHead(502).end());
    servers.push(server);
    await expect(search(server.url)).rejects.toThrow('The DLCS answered 502');
  });
});
