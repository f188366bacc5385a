import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findModelFaults } from '../../../../src/apps/ingestion/copy/check-models.ts';
import {
  type IngestionDatabases,
  openIngestionDatabases,
} from '../../../../src/apps/ingestion/databases/ingestion-databases.ts';
import { IngestionService } from '../ingestion-service.ts';
import { makeMediaTables } from '../media-tables.ts';

let service: IngestionService;
let databases: IngestionDatabases;
beforeEach(async () => {
  service = await IngestionService.start();
  databases = openIngestionDatabases(service.platform);
  await makeMediaTables(service, { image: 0, audio: 0 });
});
afterEach(async () => {
  await databases.close();
  await service.stop();
});

const find = () => findModelFaults(service.platform, databases);

it('finds nothing where the databases have what the models need', async () => {
  expect(await find()).toEqual([]);
});

it('finds a table that upstream lacks', async () => {
  await service.upstream.database.raw('DROP VIEW audioset_view');
  expect(await find()).toEqual([
    { model: 'audio', reason: 'There is no table "public"."audioset_view" upstream' },
  ]);
});

it('finds a live table without a primary key', async () => {
  await service.api.database.raw('ALTER TABLE image DROP CONSTRAINT image_pkey CASCADE');
  expect(await find()).toEqual([
    { model: 'image', reason: 'The live table public.image needs a primary key on id' },
  ]);
});

it('finds columns that documents are made of', async () => {
  await service.api.database.raw('ALTER TABLE image DROP COLUMN width');
  expect(await find()).toMatchObject([{ model: 'image', reason: expect.stringContaining('width') }]);
});

it('finds that a database is away', async () => {
  await databases.close();
  await service.stop();
  service = await IngestionService.start({ UPSTREAM_DATABASE_URL: 'postgresql://user@127.0.0.1:1/none' });
  databases = openIngestionDatabases(service.platform);
  expect((await find()).map(({ model }) => model)).toEqual(['image', 'audio']);
});
