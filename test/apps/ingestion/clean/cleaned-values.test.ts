import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keptTags, type TagRules } from '../../../../src/apps/ingestion/clean/tag-rules.ts';
import { hostOf, withScheme } from '../../../../src/apps/ingestion/clean/url-rules.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ migrated: false });
});
afterAll(() => test.drop());

/** Computes an expression over one value in Postgres. */
async function compute(expression: string, value: string | null, type: string): Promise<unknown> {
  const { rows } = await test.database.raw(
    `SELECT ${expression.replaceAll('?', '\\?')} AS result FROM (SELECT ?::${type} AS value) v`,
    [value],
  );
  return rows[0].result;
}

function kept(tags: unknown, rules: TagRules = 'mended'): Promise<unknown> {
  return compute(keptTags('value', rules), JSON.stringify(tags), 'jsonb');
}

/** Returns which of some names are kept. */
async function keptNames(names: readonly string[], rules: TagRules = 'mended'): Promise<unknown> {
  const tags = await kept(
    names.map((name) => ({ name })),
    rules,
  );
  return Array.isArray(tags) && tags.map(({ name }: { name: string }) => name);
}

describe('tags are kept', () => {
  it('in their order, with all that they have', async () => {
    const tags = [{ name: 'dog', provider: 'flickr' }, { accuracy: 0.95, name: 'cat' }, { name: 'Ant' }];
    expect(await kept(tags)).toEqual(tags);
  });

  it('with an accuracy of 0.9 and more, with none, or with null', async () => {
    const tags = [
      { name: 'a', accuracy: 0.9 },
      { name: 'b', accuracy: 1 },
      { name: 'c' },
      { name: 'd', accuracy: null },
      { name: 'e', accuracy: '0.93' },
    ];
    expect(await kept(tags)).toEqual(tags);
  });

  it('where a license is but part of their name', async () => {
    const names = ['baby', 'ruby', 'Derby County', 'by the sea', 'pdmx', 'cc0 ideas'];
    expect(await keptNames(names)).toEqual(names);
  });
});

describe('tags that occur twice', () => {
  const twice = [
    { name: 'Dog', provider: 'flickr' },
    { name: 'cat', provider: 'flickr' },
    { name: 'dog', provider: 'flickr', accuracy: 0.95 },
    { name: 'dog', provider: 'clarifai', accuracy: 0.95 },
    { name: 'cat' },
    { name: 'cat', provider: null },
    { name: 'cat' },
    { name: 'cat', provider: 'flickr', accuracy: 0.5 },
  ];

  it('are dropped behind the first, where they are of the same provider', async () => {
    expect(await kept(twice)).toEqual([twice[0], twice[1], twice[3], twice[4], twice[5]]);
  });

  it('are kept by the original rules', async () => {
    expect(await kept(twice, 'original')).toEqual(twice.slice(0, 7));
  });
});

describe('tags are dropped', () => {
  it('with an accuracy below 0.9, or one that is none', async () => {
    expect(
      await kept([
        { name: 'a', accuracy: 0.89999 },
        { name: 'b', accuracy: 0 },
        { name: 'c', accuracy: '0.5' },
        { name: 'd', accuracy: 'high' },
        { name: 'e', accuracy: -1 },
      ]),
    ).toEqual([]);
  });

  it.each([
    'no person',
    'squareformat',
    'uploaded:by=flickrmobile',
    'uploaded:by=instagram',
    'flickriosapp:filter=flamingo',
    'cc0',
    'by',
    'by-nc',
    'by-nd',
    'by-sa',
    'by-nc-nd',
    'by-nc-sa',
    'pdm',
  ])('named %s, in any case', async (name) => {
    expect(await keptNames([name, name.toUpperCase(), 'kept'])).toEqual(['kept']);
  });

  it.each(['FlickriosApp', 'uploaded', ':', '='])('with %s in their name', async (part) => {
    expect(await keptNames([part, `x${part}y`, 'kept'])).toEqual(['kept']);
  });

  it('without a name, or with one that says nothing', async () => {
    expect(await kept([{ accuracy: 1 }, { name: null }, { name: 5 }, { name: '' }, { name: ' \t' }])).toEqual(
      [],
    );
  });

  it('that are no objects', async () => {
    expect(await kept(['cat', 5, null, ['dog'], { name: 'kept' }])).toEqual([{ name: 'kept' }]);
  });

  it('where there is no list of them', async () => {
    expect(await kept('cat')).toEqual([]);
    expect(await kept({ cat: 1 })).toEqual([]);
    expect(await compute(keptTags('value', 'mended'), 'null', 'jsonb')).toEqual([]);
  });
});

it('no tags at all stay none', async () => {
  expect(await compute(keptTags('value', 'mended'), null, 'jsonb')).toBeNull();
});

it('by the rules of the original, tags that contain a license are dropped too', async () => {
  const names = ['baby', 'Ruby', 'by the sea', 'xpdmx', 'cc0 ideas', 'no person', 'no persons', 'cat'];
  expect(await keptNames(names, 'original')).toEqual(['no persons', 'cat']);
});

describe('a URL', () => {
  const cleaned = (url: string | null) => compute(withScheme('value'), url, 'text');

  it.each([
    ['museum.example/1', 'https://museum.example/1'],
    ['//museum.example/1', 'https://museum.example/1'],
    ['museum.example:8080/1', 'https://museum.example:8080/1'],
    ['museum.example/?next=http://other.example', 'https://museum.example/?next=http://other.example'],
    [' museum.example', 'https://museum.example'],
  ])('without a scheme gets one: %s', async (url, expected) => {
    expect(await cleaned(url)).toBe(expected);
  });

  it.each(['http://a.example', 'HTTPS://a.example', 'ftp://a.example', 'data:text/plain,x', '', ' ', null])(
    'stays: %s',
    async (url) => {
      expect(await cleaned(url)).toBe(url);
    },
  );

  it.each([
    ['Museum.Example:8080/1', 'museum.example:8080'],
    ['//museum.example?x', 'museum.example'],
    [' museum.example', 'museum.example'],
  ])('has a host: %s', async (url, host) => {
    expect(await compute(hostOf('value'), url, 'text')).toBe(host);
  });
});
