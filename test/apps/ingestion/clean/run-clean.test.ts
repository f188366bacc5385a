import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from '../copy/copy-under-test.ts';

const ROWS = `
  INSERT INTO image (id, title, url, tags) VALUES
    (1, 'clean', 'https://a.example/1', '[{"name": "cat"}]'),
    (2, 'dirty', 'a.example/2', '[{"name": "cat"}, {"name": "by-nc"}]'),
    (3, 'also', '//b.example/3', NULL),
    (4, 'none', NULL, '[]')`;

let test: CopyUnderTest;

async function start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
  test = await CopyUnderTest.start(environment);
  await test.api.raw(LIVE_TABLES);
  await test.upstream.raw(UPSTREAM_TABLE);
  await test.upstream.raw(ROWS);
}

afterEach(() => test.stop());

async function expectCleanRows(): Promise<void> {
  expect(await test.copied('url')).toEqual([
    'https://a.example/1',
    'https://a.example/2',
    'https://b.example/3',
    null,
  ]);
  expect(await test.copied('tags')).toEqual([[{ name: 'cat' }], [{ name: 'cat' }], null, []]);
}

it('is done by the copy, where nothing else is set', async () => {
  await start();
  await test.copy();
  await expectCleanRows();
  expect(await test.clean()).toMatchObject({ result: { cleanedTags: null, cleanedUrls: null, left: [] } });
  await expectCleanRows();
});

describe('cleaning after the copy', () => {
  beforeEach(async () => {
    await start({ INGESTION_CLEAN: 'downstream' });
    await test.copy();
  });

  it('changes and counts the values that need it', async () => {
    expect((await test.copied('url'))[1]).toBe('a.example/2');
    expect(await test.clean()).toMatchObject({
      progress: { rowsDone: 4, rowsTotal: 4 },
      result: { cleanedTags: 1, cleanedUrls: 2, left: [] },
    });
    await expectCleanRows();
  });

  it('leaves clean rows unwritten, a second time all of them', async () => {
    const places = async () =>
      (await test.api.raw('SELECT ctid::text FROM ingestion_next.image ORDER BY id')).rows;
    const before = await places();
    await test.clean();
    const after = await places();
    expect([after[0], after[3]]).toEqual([before[0], before[3]]);
    expect(await test.clean()).toMatchObject({ result: { cleanedTags: 0, cleanedUrls: 0 } });
    expect(await places()).toEqual(after);
  });

  it('cleans a table of any number of rows, with gaps in their ids', async () => {
    await test.upstream.raw(
      `INSERT INTO image (id, title, url) SELECT -n * 1000000000::bigint, 'x', 'a.example/' || n FROM generate_series(1, 45000) n`,
    );
    await test.copy();
    expect(await test.clean()).toMatchObject({ result: { cleanedUrls: 45_002 } });
    const { rows } = await test.api.raw(
      `SELECT count(*)::int AS count FROM ingestion_next.image WHERE url LIKE 'https://%'`,
    );
    expect(rows).toEqual([{ count: 45_003 }]);
  });
});

describe('probing hosts', () => {
  let server: Server;
  let requests: string[];
  let port: number;

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(String(request.headers.host));
      response.end();
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  });

  it('gives http: to hosts that do not accept https:, and https: to those that are not listed or known to', async () => {
    await start({ INGESTION_PROBED_HOSTS: '127.0.0.1', INGESTION_PROBED_NETWORKS: 'loopback' });
    await test.upstream.raw(
      `UPDATE image SET url = '127.0.0.1:${port}/x' WHERE id = 2; UPDATE image SET url = 'www.flickr.com/y' WHERE id = 1`,
    );
    await test.copy();
    expect(await test.clean()).toMatchObject({ result: { cleanedTags: null, cleanedUrls: 3, left: [] } });
    expect(await test.copied('url')).toEqual([
      'https://www.flickr.com/y',
      `http://127.0.0.1:${port}/x`,
      'https://b.example/3',
      null,
    ]);
  });

  it('sends nothing into private networks, and says so', async () => {
    await start({ INGESTION_PROBED_HOSTS: '*' });
    await test.upstream.raw(`DELETE FROM image WHERE id <> 2; UPDATE image SET url = '127.0.0.1/x'`);
    await test.copy();
    expect(await test.clean()).toMatchObject({
      result: { cleanedUrls: 1, left: ['127.0.0.1 may not be probed; its URLs have https:'] },
    });
    expect(await test.copied('url')).toEqual(['https://127.0.0.1/x']);
    expect(requests).toEqual([]);
  });
});
