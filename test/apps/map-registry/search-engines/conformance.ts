import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSearchParameters } from '../../../../src/apps/map-registry/search/search-parameters.ts';
import { histogramOf } from '../../../../src/apps/map-registry/search/time-histogram.ts';
import { heatMapOf } from '../../../../src/apps/map-registry/search-engines/heat-map-grid.ts';
import type { SearchEngine } from '../../../../src/apps/map-registry/search-engines/search-engine.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { storeDate, storeService } from '../indexing/stored-layer.ts';
import { IndexedCatalog } from './indexed-catalog.ts';

/** An engine, and the database that layers are stored in. */
export interface EngineUnderTest {
  readonly engine: SearchEngine;
  readonly database: Database;
  stop(): Promise<void>;
}

const FIXTURE = [
  { name: 'L1', box: [-40, -40, -20, -20], created: '2000-03-01' },
  { name: 'L2', box: [-40, 20, -20, 40], created: '2001-03-01' },
  { name: 'L3', box: [20, 20, 40, 40], created: '2002-03-01' },
  { name: 'L4', box: [20, -40, 40, -20], created: '2003-03-01' },
] as const;

const boxOf = ([minX, minY, maxX, maxY]: readonly [number, number, number, number]) => ({
  minX,
  minY,
  maxX,
  maxY,
});

/** Describes what every search engine does. */
export function describeSearchEngine(title: string, start: () => Promise<EngineUnderTest>): void {
  describe(title, () => {
    let test: EngineUnderTest;
    beforeAll(async () => {
      test = await start();
    });
    afterAll(() => test.stop());

    describe('with the four layers of the original tests', () => {
      let four: IndexedCatalog;
      let ids: readonly string[];
      beforeAll(async () => {
        four = await IndexedCatalog.create(test.database, test.engine, 'four');
        ids = await Promise.all(
          FIXTURE.map(({ name, box, created }) =>
            four.store({ name, title: `${name} of rivers`, box: boxOf(box), created }),
          ),
        );
        await four.index(ids);
      });

      it.each([
        ['[-90,-180 TO 90,180]', 4],
        ['[0,0 TO 30,30]', 1],
        ['[-30,-30 TO 0,0]', 1],
        ['[-30,-30 TO 30,30]', 4],
        ['[-5,-5 TO 5,5]', 0],
        // Across the date line.
        ['[-90,30 TO 90,-30]', 4],
        ['[-90,41 TO 90,-41]', 0],
      ])('finds what meets the box %s', async (box, count) => {
        expect((await four.search({ 'q.geo': box })).matchCount).toBe(count);
      });

      it.each([
        ['[* TO *]', 4],
        ['[2000-01-01 TO 2001-01-01T00:00:00]', 1],
        ['[2000-03-01 TO 2001-03-01]', 2],
        ['[2001 TO *]', 3],
        ['[* TO -500]', 0],
      ])('finds what is of the time %s', async (time, count) => {
        expect((await four.search({ 'q.time': time })).matchCount).toBe(count);
      });

      it('returns the newest first, by pages', async () => {
        const page = async (number: number) =>
          (await four.search({ 'd.docs.limit': '3', 'd.docs.page': String(number), 'd.docs.sort': 'time' }))
            .documents;
        expect((await page(1)).map(({ name }) => name)).toEqual(['L4', 'L3', 'L2']);
        expect((await page(2)).map(({ name }) => name)).toEqual(['L1']);
        expect(await page(3)).toEqual([]);
      });

      it('returns whole documents', async () => {
        const { documents } = await four.search({ 'q.text': 'title:L1', 'd.docs.limit': '10' });
        expect(documents).toEqual([
          expect.objectContaining({
            id: ids[0],
            type: 'Layer',
            name: 'L1',
            title: 'L1 of rivers',
            layer_originator: 'maps.example.org',
            service_id: four.serviceId,
            service_type: 'OGC:WMS',
            bbox: 'ENVELOPE(-40,-20,-20,-40)',
            layer_geoshape: {
              type: 'envelope',
              coordinates: [
                [-40, -20],
                [-20, -40],
              ],
            },
            layer_date: '2000-03-01T00:00:00Z',
            area: 400,
            centroid_x: -30,
          }),
        ]);
      });

      it('counts a histogram by the calendar', async () => {
        expect(await histogram(four, { 'q.time': '[* TO *]', 'a.time.gap': 'P1Y' })).toEqual({
          start: '2000-01-01T00:00:00Z',
          end: '2003-01-01T00:00:00Z',
          gap: 'P1Y',
          counts: ['2000', '2001', '2002', '2003'].map((year) => ({
            count: 1,
            value: `${year}-01-01T00:00:00z`,
          })),
        });
      });

      it.each([
        ['P2Y', ['2000-01-01:2', '2002-01-01:2']],
        ['P1M', ['2000-03-01:1', '2001-03-01:1', '2002-03-01:1', '2003-03-01:1']],
        ['P1D', ['2000-03-01:1', '2001-03-01:1', '2002-03-01:1', '2003-03-01:1']],
        // Mondays.
        ['P1W', ['2000-02-28:1', '2001-02-26:1', '2002-02-25:1', '2003-02-24:1']],
        ['PT6H', ['2000-03-01:1', '2001-03-01:1', '2002-03-01:1', '2003-03-01:1']],
      ])('counts buckets of %s', async (gap, expected) => {
        const { counts } = await histogram(four, { 'q.time': '[2000 TO 2022]', 'a.time.gap': gap });
        expect(counts.map(({ count, value }) => `${value.slice(0, 10)}:${count}`)).toEqual(expected);
      });

      it('counts a part of what matches, where the histogram has a filter of its own', async () => {
        const { counts } = await histogram(four, {
          'q.time': '[* TO *]',
          'a.time.filter': '[2001 TO 2002-12-31]',
          'a.time.gap': 'P1Y',
        });
        expect(counts).toHaveLength(2);
      });

      it('takes no more buckets than asked for, where no gap is given', async () => {
        const limited = await histogram(four, { 'q.time': '[* TO *]', 'a.time.limit': '2' });
        expect(limited).toMatchObject({ gap: 'P2Y', counts: [{ count: 2 }, { count: 2 }] });
      });

      it('counts originators, types of services, and words', async () => {
        const result = await four.search({
          'a.user.limit': '5',
          'a.type.limit': '5',
          'a.text.limit': '2',
          'q.time': '[2001 TO *]',
        });
        expect(result.originators).toEqual([{ value: 'maps.example.org', count: 3 }]);
        expect(result.serviceTypes).toEqual([{ value: 'OGC:WMS', count: 3 }]);
        // "of" is in as many, and says nothing.
        expect(result.words?.counts).toEqual([
          { value: 'rivers', count: 3 },
          { value: 'l2', count: 1 },
        ]);
      });

      it('finds nothing in the catalogue of others, nor in one that nothing was indexed of', async () => {
        const other = await IndexedCatalog.create(test.database, test.engine, 'other');
        const result = await other.search({
          'd.docs.limit': '10',
          'a.user.limit': '5',
          'a.text.limit': '5',
          'a.time.limit': '5',
          'q.time': '[* TO *]',
          'a.hm.limit': '100',
        });
        expect(result).toMatchObject({
          matchCount: 0,
          documents: [],
          originators: [],
          timeBuckets: [],
          corners: { counts: [] },
          words: { counts: [] },
        });
      });
    });

    describe('with texts', () => {
      let texts: IndexedCatalog;
      beforeAll(async () => {
        texts = await IndexedCatalog.create(test.database, test.engine, 'texts');
        const serviceId = await storeService(test.database, texts.catalog.id, {
          url: 'https://tiles.example.com',
          host: 'tiles.example.com',
          type: 'OGC:WMTS',
        });
        await texts.index([
          await texts.store({ name: 'a', title: 'Old River Map', keywords: ['water', 'blue lake'] }),
          await texts.store({
            name: 'b',
            title: 'River of the old town',
            abstract: 'A <b>lake</b> and rivers',
          }),
          await texts.store({ name: 'c', title: 'São Paulo', abstract: 'lake' }),
          await texts.store({ name: 'd', title: '北京市地图', serviceId }),
        ]);
      });

      it.each([
        ['river', ['a', 'b']],
        ['RIVER map', ['a']],
        ['"old river"', ['a']],
        ['"river old"', []],
        ['river -map', ['b']],
        ['river NOT map', ['b']],
        ['map OR paulo', ['a', 'c']],
        ['(map OR paulo) lake', ['a', 'c']],
        ['riv*', ['a', 'b']],
        ['rivers', ['b']],
        ['sao', ['c']],
        ['São', ['c']],
        ['北京', ['d']],
        ['京北', []],
        ['title:river', ['a', 'b']],
        ['abstract:lake', ['b', 'c']],
        ['keywords:lake', ['a']],
        ['keywords:"water blue"', []],
        ['title:(river -map)', ['b']],
        ['name:c', ['c']],
        ['service_type:"OGC:WMTS"', ['d']],
        ['layer_originator:tiles.example.com', ['d']],
        ['domain_name:ti*', ['d']],
        ['-river', ['c', 'd']],
        ['*', ['a', 'b', 'c', 'd']],
        ['*:* -lake', ['d']],
        ['river OR -lake', ['a', 'b', 'd']],
        ['nothing', []],
        ["d'oh; DROP TABLE layers --", []],
      ])('finds by the text %s', async (text, names) => {
        expect(await texts.namesOf(text)).toEqual(names);
      });

      it('finds by the exact originator and the exact type', async () => {
        const count = async (parameters: Record<string, string>) =>
          (await texts.search(parameters)).matchCount;
        expect(await count({ 'q.user': 'tiles.example.com' })).toBe(1);
        expect(await count({ 'q.user': 'tiles' })).toBe(0);
        expect(await count({ 'q.type': 'OGC:WMTS' })).toBe(1);
        expect(await count({ 'q.type': 'OGC:WMTS', 'q.text': 'river' })).toBe(0);
      });
    });

    describe('with dates of all ages', () => {
      let ages: IndexedCatalog;
      beforeAll(async () => {
        ages = await IndexedCatalog.create(test.database, test.engine, 'ages');
        const ids = [];
        for (const date of ['-500000000-01-01', '-0160-01-01', '0100-06-01', '1855-01-01', '2020-02-29']) {
          const id = await ages.store({ name: date });
          await storeDate(test.database, id, date);
          ids.push(id);
        }
        await ages.index(ids);
      });

      it.each([
        ['[-500000000 TO -500]', 1],
        ['[* TO 0000]', 2],
        ['[-200 TO 200]', 2],
        ['[-0160-01-01 TO -0160-01-01]', 1],
        ['[-500000000-01-02 TO *]', 4],
      ])('finds what is of the time %s', async (time, count) => {
        expect((await ages.search({ 'q.time': time })).matchCount).toBe(count);
      });

      it('counts centuries before and after the year 0 together', async () => {
        const { counts } = await histogram(ages, { 'q.time': '[-1000 TO 2000]', 'a.time.gap': 'P100Y' });
        expect(counts.map(({ value }) => value)).toEqual([
          '-0200-01-01T00:00:00z',
          '0100-01-01T00:00:00z',
          '1800-01-01T00:00:00z',
        ]);
      });
    });

    describe('with boxes at random', () => {
      let many: IndexedCatalog;
      let boxes: ReturnType<typeof boxOf>[];
      beforeAll(async () => {
        many = await IndexedCatalog.create(test.database, test.engine, 'many');
        const random = seededRandom(7);
        const between = (least: number, most: number) =>
          least + (random.below(1_000_000) / 1_000_000) * (most - least);
        boxes = Array.from({ length: 60 }, () => {
          const minX = between(-180, 170);
          const minY = between(-90, 85);
          return { minX, minY, maxX: between(minX, 180), maxY: between(minY, 90) };
        });
        const ids = [];
        for (const [index, box] of boxes.entries()) ids.push(await many.store({ name: `box ${index}`, box }));
        await many.index(ids);
      });

      it.each([
        { 'a.hm.limit': '2048' },
        { 'a.hm.limit': '1', 'a.hm.gridlevel': '3' },
        { 'a.hm.limit': '1', 'a.hm.gridlevel': '7' },
        { 'a.hm.limit': '500', 'a.hm.filter': '[-20,-30 TO 40,70]' },
        { 'a.hm.limit': '100', 'q.geo': '[10,10 TO 20,20]' },
        { 'a.hm.limit': '1', 'a.hm.gridlevel': '5', 'q.geo': '[-50,-100 TO 0,100]', 'q.time': '[1999 TO *]' },
      ])('counts the cells of a heat map: %j', async (parameters) => {
        const { query } = readSearchParameters(new URLSearchParams(parameters), {
          finestGridLevel: test.engine.finestGridLevel,
          isStrict: true,
        });
        const { corners, matchCount } = await many.search(parameters);
        if (!corners || !query.heatMap) throw new Error('There is no heat map');
        const { rows, window } = heatMapOf(query.heatMap, corners.level, corners.counts);
        const degrees = 360 / 2 ** window.level;
        const [searched] = query.boxes ?? [{ minX: -180, minY: -90, maxX: 180, maxY: 90 }];
        const matching = boxes.filter(
          (box) =>
            searched &&
            box.minX <= searched.maxX &&
            box.maxX >= searched.minX &&
            box.minY <= searched.maxY &&
            box.maxY >= searched.minY,
        );
        expect(matchCount).toBe(matching.length);
        const expected = rows.map((line, y) =>
          line.map((_count, x) => {
            const west = -180 + (window.firstColumn + x) * degrees;
            const north = 90 - (window.firstRow + y) * degrees;
            return matching.filter(
              ({ minX, minY, maxX, maxY }) =>
                minX < west + degrees && maxX >= west && maxY > north - degrees && minY <= north,
            ).length;
          }),
        );
        expect(rows).toEqual(expected);
      });
    });

    describe('while layers come and go', () => {
      let moving: IndexedCatalog;
      beforeAll(async () => {
        moving = await IndexedCatalog.create(test.database, test.engine, 'moving');
      });

      const everything = async () => {
        const found = await moving.search({ 'd.docs.limit': '10', 'a.user.limit': '5' });
        return [
          found.matchCount,
          found.documents.map(({ name }) => name).sort(),
          found.originators?.map(({ count }) => count),
        ];
      };

      it('indexes each once, removes, and empties', async () => {
        const first = await moving.store({ name: 'first' });
        const second = await moving.store({ name: 'second' });
        await moving.index([first, second]);
        await moving.index([first]);
        expect(await everything()).toEqual([2, ['first', 'second'], [2]]);

        await test.database('map_registry.layers').where({ id: first }).update({ min_x: 10, title: 'moved' });
        await moving.index([first]);
        expect((await moving.search({ 'q.geo': '[-1,0 TO 1,5]' })).matchCount).toBe(1);
        expect(await moving.namesOf('moved')).toEqual(['first']);

        await moving.remove([second]);
        await moving.remove([second]);
        expect(await everything()).toEqual([1, ['first'], [1]]);

        await test.engine.clear(moving.catalog);
        await test.engine.clear(moving.catalog);
        expect(await everything()).toEqual([0, [], []]);
      });

      it('removes layers that are invalid or deleted by now', async () => {
        const valid = await moving.store({ name: 'valid' });
        const invalid = await moving.store({ name: 'invalid' });
        const deleted = await moving.store({ name: 'deleted' });
        await moving.index([valid, invalid, deleted]);
        await test.database('map_registry.layers').where({ id: invalid }).update({ is_valid: false });
        await test.database('map_registry.layers').where({ id: deleted }).delete();
        await moving.index([invalid]);
        expect(await everything()).toEqual([1, ['valid'], [1]]);
      });

      it('reports a layer that cannot be indexed, and indexes the others of its batch', async () => {
        await test.engine.clear(moving.catalog);
        const ids = [];
        for (const name of ['x', 'y', 'z']) ids.push(await moving.store({ name }));
        await test.database('map_registry.layers').where({ name: 'y' }).update({ max_x: Number.NaN });
        const [batch] = await moving.index(ids);
        expect(batch).toMatchObject({
          indexedCount: 2,
          refused: [{ layerId: ids[1], reason: expect.stringContaining('not finite') }],
        });
        expect(await everything()).toEqual([2, ['x', 'z'], [2]]);
        const waiting = await test.database('map_registry.layers_to_index').select('layer_id', 'refusal');
        expect(waiting).toEqual([{ layer_id: ids[1], refusal: expect.stringContaining('not finite') }]);

        await test.database('map_registry.layers').where({ name: 'y' }).update({ max_x: 180 });
        await moving.index([ids[1] ?? '']);
        expect(await everything()).toEqual([3, ['x', 'y', 'z'], [3]]);
        expect(await test.database('map_registry.layers_to_index')).toEqual([]);
      });
    });
  });

  /** The histogram of a search, as the API writes it. */
  async function histogram(catalog: IndexedCatalog, parameters: Readonly<Record<string, string>>) {
    const all = { 'a.time.limit': '1000', ...parameters };
    const { histogram: plan } = readSearchParameters(new URLSearchParams(all), {
      finestGridLevel: 7,
      isStrict: true,
    });
    const { timeBuckets } = await catalog.search(all);
    if (!plan || !timeBuckets) throw new Error('There is no histogram');
    return histogramOf(plan, timeBuckets);
  }
}
