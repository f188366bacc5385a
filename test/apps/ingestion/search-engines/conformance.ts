import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import type { DocumentFields } from '../../../../src/apps/ingestion/models/model.ts';
import type {
  SearchDocument,
  SearchEngine,
} from '../../../../src/apps/ingestion/search-engines/search-engine.ts';

/** What the suite runs against. */
export interface EngineUnderTest {
  readonly engine: SearchEngine;
  stop(): Promise<void>;
}

const FIELDS = ['title', 'description', 'tags'] as const;

/** What a term may look like in a text. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  running: [
    'running',
    'Running',
    'RUNNING',
    'runs',
    'run',
    'a man, running!',
    'track/running',
    'running_shoes',
  ],
  water: ['water', 'Water', 'waters', 'watered', 'Watering', 'clear water today', 'fire&water'],
  bird: ['bird', 'Bird', 'BIRDS', "the bird's nest", 'bird.jpg', '(bird)'],
  'black hole': ['black hole', 'Black Holes', 'a black-hole!', 'one black  hole'],
  it: ['It', 'take it'],
};

/** Texts that have none of these as a word, though they have their letters. */
const INNOCENT = [
  'runner beans',
  'underwater',
  'birdlike',
  'hole in black',
  'black and hole',
  'item',
  'brunch',
];

function documentOf(id: string, fields: DocumentFields = {}): SearchDocument {
  return { id, fields: { id: Number(id), identifier: `identifier-${id}`, ...fields } };
}

function withText(id: string, field: (typeof FIELDS)[number], text: string): SearchDocument {
  return documentOf(id, field === 'tags' ? { tags: [{ name: 'other' }, { name: text }] } : { [field]: text });
}

/** What every search engine does alike. */
export function describeSearchEngine(name: string, start: () => Promise<EngineUnderTest>): void {
  describe(name, () => {
    let under: EngineUnderTest;
    let engine: SearchEngine;
    let prefix: string;
    let count = 0;
    /** A name that no other test has. */
    const named = (rest: string) => `${prefix}-${rest}`;
    const all = async (indexName: string) =>
      [...(await engine.search(indexName, { limit: 1_000 })).ids].sort((a, b) => Number(a) - Number(b));
    const load = async (indexName: string, documents: readonly SearchDocument[]) => {
      await engine.createIndex(indexName, image);
      const outcome = await engine.bulkIndex(indexName, documents);
      await engine.finishIndex(indexName);
      return outcome;
    };

    beforeAll(async () => {
      under = await start();
      ({ engine } = under);
    });
    afterAll(() => under.stop());
    beforeEach(() => {
      count += 1;
      prefix = `image-${process.pid}-${count}`;
    });
    afterEach(async () => {
      for (const { name: indexName, aliases } of await engine.listIndexes(1_000)) {
        if (!indexName.startsWith(`image-${process.pid}-`)) continue;
        await engine.removeAliases(aliases);
        await engine.deleteIndex(indexName);
      }
    });

    it('is green, and has a title without credentials', async () => {
      expect(await engine.health()).toEqual({ status: 'green' });
      expect(engine.title).not.toMatch(/secret|@/);
    });

    it('stores documents and counts them', async () => {
      const outcome = await load(named('a'), [documentOf('1'), documentOf('-5'), documentOf('9000000000')]);
      expect(outcome).toEqual({ storedCount: 3, failed: [] });
      expect(await engine.count(named('a'))).toBe(3);
      expect(await all(named('a'))).toEqual(['-5', '1', '9000000000']);
    });

    it('replaces a document by a later one with the same id', async () => {
      await load(named('a'), [documentOf('1', { title: 'old' })]);
      await engine.bulkIndex(named('a'), [
        documentOf('1', { title: 'new' }),
        documentOf('1', { title: 'newest' }),
      ]);
      await engine.finishIndex(named('a'));
      expect(await engine.count(named('a'))).toBe(1);
      expect(await engine.search(named('a'), { words: 'newest', limit: 5 })).toEqual({
        total: 1,
        ids: ['1'],
      });
    });

    it('leaves an index that exists as it is', async () => {
      await load(named('a'), [documentOf('1')]);
      await engine.createIndex(named('a'), image);
      expect(await engine.count(named('a'))).toBe(1);
    });

    it('says which documents it refuses, and stores the others', async () => {
      const { storedCount, failed } = await load(named('a'), [
        documentOf('1'),
        documentOf('2', { standardized_popularity: 0 }),
        documentOf('3', { created_on: 'yesterday' }),
        documentOf('4'),
      ]);
      expect(storedCount).toBe(2);
      expect(failed.map(({ id }) => id)).toEqual(['2', '3']);
      expect(failed.every(({ reason }) => reason !== '')).toBe(true);
      expect(await all(named('a'))).toEqual(['1', '4']);
    });

    it('stores thousands of documents in one call', async () => {
      const documents = Array.from({ length: 4_500 }, (_, index) => documentOf(String(index)));
      expect(await load(named('a'), documents)).toEqual({ storedCount: 4_500, failed: [] });
      expect(await engine.count(named('a'))).toBe(4_500);
    });

    it('removes documents, also such as it does not have', async () => {
      await load(named('a'), [documentOf('1'), documentOf('2')]);
      await engine.removeDocuments(named('a'), ['2', '3']);
      await engine.finishIndex(named('a'));
      expect(await all(named('a'))).toEqual(['1']);
    });

    it('creates nothing by writing to it', async () => {
      await expect(engine.bulkIndex(named('none'), [documentOf('1')])).rejects.toMatchObject({
        name: 'IndexNotFoundError',
      });
      await expect(engine.removeDocuments(named('none'), ['1'])).rejects.toMatchObject({
        name: 'IndexNotFoundError',
      });
      expect(await engine.describe(named('none'))).toEqual({ kind: 'missing' });
    });

    it.each([
      ['count', (missing: string) => engine.count(missing)],
      ['search', (missing: string) => engine.search(missing, { limit: 1 })],
      ['finish', (missing: string) => engine.finishIndex(missing)],
    ])('cannot %s what it does not have', async (_what, call) => {
      await expect(call(named('none'))).rejects.toMatchObject({ name: 'IndexNotFoundError' });
    });

    it('finds the words of all text fields, inflected, and the values of fields', async () => {
      await load(named('a'), [
        documentOf('1', { title: 'Running dogs', creator: 'Ada', provider: 'flickr', mature: false }),
        documentOf('2', { description: 'a dog runs', provider: 'met', mature: true }),
        documentOf('3', { tags: [{ name: 'cat' }], creator: 'dog', provider: 'met' }),
      ]);
      const found = async (query: object) =>
        [...(await engine.search(named('a'), { limit: 10, ...query })).ids].sort();
      expect(await found({ words: 'dog' })).toEqual(['1', '2', '3']);
      expect(await found({ words: 'DOGS run' })).toEqual(['1', '2']);
      expect(await found({ words: 'the cat' })).toEqual(['3']);
      expect(await found({ words: 'ada running' })).toEqual(['1']);
      expect(await found({ words: 'dog', filters: { provider: 'met' } })).toEqual(['2', '3']);
      expect(await found({ filters: { mature: true } })).toEqual(['2']);
      expect(await found({ filters: { id: 3, provider: 'flickr' } })).toEqual([]);
      expect(await found({ words: 'zebra' })).toEqual([]);
    });

    it('returns as many hits as were asked for, and counts them all', async () => {
      await load(
        named('a'),
        Array.from({ length: 30 }, (_, index) => documentOf(String(index), { title: 'dog' })),
      );
      const { total, ids } = await engine.search(named('a'), { words: 'dog', limit: 7 });
      expect(total).toBe(30);
      expect(ids).toHaveLength(7);
    });

    it('ranks a word in the title above one in the description', async () => {
      await load(named('a'), [documentOf('1', { description: 'dog' }), documentOf('2', { title: 'dog' })]);
      expect((await engine.search(named('a'), { words: 'dog', limit: 5 })).ids).toEqual(['2', '1']);
    });

    it('describes indexes, aliases and what is missing', async () => {
      await load(named('a'), []);
      expect(await engine.describe(named('a'))).toEqual({ kind: 'index', aliases: [] });
      await engine.pointAliases([
        { alias: named('two'), indexName: named('a') },
        { alias: named('one'), indexName: named('a') },
      ]);
      expect(await engine.describe(named('a'))).toEqual({
        kind: 'index',
        aliases: [named('one'), named('two')],
      });
      expect(await engine.describe(named('one'))).toEqual({ kind: 'alias', indexName: named('a') });
    });

    it('moves aliases, and searches through them', async () => {
      await load(named('a'), [documentOf('1')]);
      await load(named('b'), [documentOf('2')]);
      await engine.pointAliases([{ alias: named('live'), indexName: named('a') }]);
      expect(await all(named('live'))).toEqual(['1']);
      await engine.pointAliases([{ alias: named('live'), indexName: named('b') }]);
      expect(await all(named('live'))).toEqual(['2']);
      expect(await engine.count(named('live'))).toBe(1);
      expect(await engine.describe(named('a'))).toEqual({ kind: 'index', aliases: [] });
      await engine.removeAliases([named('live'), named('never')]);
      expect(await engine.describe(named('live'))).toEqual({ kind: 'missing' });
    });

    it('moves all aliases or none', async () => {
      await load(named('a'), []);
      await load(named('b'), []);
      await engine.pointAliases([{ alias: named('live'), indexName: named('a') }]);
      await expect(
        engine.pointAliases([
          { alias: named('live'), indexName: named('b') },
          { alias: named('other'), indexName: named('none') },
        ]),
      ).rejects.toMatchObject({ name: 'IndexNotFoundError' });
      await expect(
        engine.pointAliases([
          { alias: named('live'), indexName: named('b') },
          { alias: named('a'), indexName: named('b') },
        ]),
      ).rejects.toMatchObject({ name: 'NameTakenError' });
      expect(await engine.describe(named('live'))).toEqual({ kind: 'alias', indexName: named('a') });
      expect(await engine.describe(named('other'))).toEqual({ kind: 'missing' });
    });

    it('gives an index no name of an alias, and points an alias to no alias', async () => {
      await load(named('a'), []);
      await engine.pointAliases([{ alias: named('live'), indexName: named('a') }]);
      await expect(engine.createIndex(named('live'), image)).rejects.toMatchObject({
        name: 'NameTakenError',
      });
      await expect(
        engine.pointAliases([{ alias: named('second'), indexName: named('live') }]),
      ).rejects.toMatchObject({ name: 'IndexNotFoundError' });
    });

    it('deletes exactly the index that is named', async () => {
      await load(named('a'), [documentOf('1')]);
      await load(named('a-filtered'), [documentOf('1')]);
      await engine.deleteIndex(named('a'));
      expect(await engine.describe(named('a'))).toEqual({ kind: 'missing' });
      expect(await engine.count(named('a-filtered'))).toBe(1);
      await engine.deleteIndex(named('a'));
    });

    it('keeps an index that an alias points to, and the alias', async () => {
      await load(named('a'), [documentOf('1')]);
      await engine.pointAliases([{ alias: named('live'), indexName: named('a') }]);
      await expect(engine.deleteIndex(named('a'))).rejects.toMatchObject({ name: 'IndexInUseError' });
      await expect(engine.deleteIndex(named('live'))).rejects.toMatchObject({ name: 'NameTakenError' });
      expect(await engine.count(named('live'))).toBe(1);
    });

    it.each(['*', 'image*', 'Image-A', '_all', '', 'a,b', '../a', `image-${'x'.repeat(250)}`])(
      'sends no name such as %p',
      async (bad) => {
        const refusal = { name: 'InvalidIndexNameError' };
        await expect(engine.deleteIndex(bad)).rejects.toMatchObject(refusal);
        await expect(engine.createIndex(bad, image)).rejects.toMatchObject(refusal);
        await expect(engine.describe(bad)).rejects.toMatchObject(refusal);
        await expect(engine.count(bad)).rejects.toMatchObject(refusal);
        await expect(engine.pointAliases([{ alias: bad, indexName: named('a') }])).rejects.toMatchObject(
          refusal,
        );
        await expect(engine.removeAliases([bad])).rejects.toMatchObject(refusal);
      },
    );

    it('tells names apart that are alike for more than 63 bytes', async () => {
      const long = named('x'.repeat(100));
      await load(`${long}1`, [documentOf('1')]);
      await load(`${long}2`, [documentOf('2')]);
      expect(await all(`${long}1`)).toEqual(['1']);
      expect(await all(`${long}2`)).toEqual(['2']);
    });

    it('lists indexes with their sizes and aliases, by name', async () => {
      await load(named('b'), [documentOf('1'), documentOf('2')]);
      await load(named('a'), []);
      await engine.pointAliases([{ alias: named('live'), indexName: named('b') }]);
      const own = (await engine.listIndexes(1_000)).filter((figures) => figures.name.startsWith(prefix));
      expect(own).toMatchObject([
        { name: named('a'), documentCount: 0, aliases: [] },
        { name: named('b'), documentCount: 2, aliases: [named('live')] },
      ]);
      expect(own[1]?.bytes).toBeGreaterThan(0);
      expect(await engine.listIndexes(1)).toHaveLength(1);
    });

    const pairs = Object.entries(FORMS).flatMap(([term, forms]) =>
      FIELDS.map((field) => ({ term, field, forms })),
    );
    it.each(pairs)('leaves out documents with $term in $field', async ({ term, field, forms }) => {
      const sensitive = forms.map((text, index) => withText(String(index), field, text));
      const innocent = INNOCENT.map((text, index) => withText(String(100 + index), field, text));
      const elsewhere = documentOf('200', { creator: term, title: 'nothing' });
      await load(named('a'), [...sensitive, ...innocent, elsewhere]);
      await engine.createIndex(named('a-filtered'), image);
      const copy = await engine.copyWithout(named('a'), named('a-filtered'), image, [term]);
      await engine.finishIndex(named('a-filtered'));
      expect(await all(named('a-filtered'))).toEqual([...innocent.map(({ id }) => id), '200']);
      expect(copy).toEqual({ copiedCount: innocent.length + 1, leftOutCount: sensitive.length });
    });

    it('finds no phrase that begins in one value and ends in another', async () => {
      await load(named('a'), [
        documentOf('1', { title: 'all black', description: 'hole' }),
        documentOf('2', { tags: [{ name: 'black' }, { name: 'hole' }] }),
        documentOf('3', { tags: [{ name: 'black hole' }] }),
      ]);
      await engine.createIndex(named('b'), image);
      expect(await engine.copyWithout(named('a'), named('b'), image, ['black hole'])).toEqual({
        copiedCount: 2,
        leftOutCount: 1,
      });
    });

    it('looks for thousands of terms, however they are written', async () => {
      await load(named('a'), [
        documentOf('1', { title: 'one word1999 here' }),
        documentOf('2', { title: 'nothing' }),
        documentOf('3', { description: 'WATER' }),
      ]);
      await engine.createIndex(named('b'), image);
      const terms = ['  Water\r', '', '***', ...Array.from({ length: 2_000 }, (_, index) => `word${index}`)];
      expect(await engine.copyWithout(named('a'), named('b'), image, terms)).toEqual({
        copiedCount: 1,
        leftOutCount: 2,
      });
      await engine.finishIndex(named('b'));
      expect(await all(named('b'))).toEqual(['2']);
    });

    it('copies through an alias, and everything where there are no terms', async () => {
      await load(named('a'), [documentOf('1'), documentOf('2')]);
      await engine.pointAliases([{ alias: named('live'), indexName: named('a') }]);
      await engine.createIndex(named('b'), image);
      const told: number[] = [];
      expect(
        await engine.copyWithout(named('live'), named('b'), image, [], {
          progress: (done, total) => told.push(done, total),
        }),
      ).toEqual({ copiedCount: 2, leftOutCount: 0 });
      expect(told.slice(-2)).toEqual([2, 2]);
      await expect(engine.copyWithout(named('none'), named('b'), image, [])).rejects.toMatchObject({
        name: 'IndexNotFoundError',
      });
      await expect(engine.copyWithout(named('a'), named('none'), image, [])).rejects.toMatchObject({
        name: 'IndexNotFoundError',
      });
    });

    it('stops at its signal', async () => {
      await load(named('a'), [documentOf('1')]);
      await engine.createIndex(named('b'), image);
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(engine.copyWithout(named('a'), named('b'), image, [], { signal })).rejects.toThrow(
        'enough',
      );
      await expect(engine.bulkIndex(named('a'), [documentOf('2')], { signal })).rejects.toThrow('enough');
    });
  });
}
