import { describe, expect, it } from '@jest/globals';
import { image } from '../../../../src/apps/ingestion/models/image.ts';
import type { ModelRow } from '../../../../src/apps/ingestion/models/model.ts';

function documentOf(fields: Readonly<Record<string, unknown>>) {
  const row: ModelRow = { id: '7', is_listed_as_mature: false, ...fields };
  return image.documents.convert(row);
}

describe('the document of an image', () => {
  it.each([
    [640 * 480 - 1, 1, 'small'],
    [640, 480, 'medium'],
    [1_600, 900, 'large'],
    [1_600 * 900 - 1, 1, 'medium'],
  ])('of %d by %d pixels is %s', (width, height, size) => {
    expect(documentOf({ width, height })).toMatchObject({ size });
  });

  it.each([
    [100, 200, 'tall'],
    [200, 100, 'wide'],
    [100, 100, 'square'],
    [null, 100, null],
    [100, null, null],
  ])('of %p by %p pixels has the ratio %p', (width, height, ratio) => {
    expect(documentOf({ width, height })).toMatchObject({ aspect_ratio: ratio });
  });

  it.each([
    ['https://example.org/a.JPG', 'jpg'],
    ['https://example.org/a.png?size=1.5', 'png'],
    ['https://example.org/a.b/c', null],
    ['https://example.org', null],
    ['example.org/a.gif', 'gif'],
    [null, null],
  ])('of %p has the extension %p', (url, extension) => {
    expect(documentOf({ url })).toMatchObject({ extension });
  });

  it.each([
    [0, null],
    [null, null],
    [0.5, 50],
    ['0.25', 25],
    [1, 100],
    [2, 100],
    [-1, null],
    [1e-45, null],
    ['NaN', null],
  ])('with the popularity %p has the rank %p', (popularity, rank) => {
    expect(documentOf({ standardized_popularity: popularity })).toMatchObject({
      standardized_popularity: rank,
    });
  });

  it.each([
    ['flickr', {}, 75],
    ['stocksnap', {}, 85],
    ['met', {}, 90],
    ['somebody', {}, null],
    ['flickr', { authority_boost: 12 }, 12],
    ['flickr', { authority_boost: '12.5' }, 12.5],
    ['flickr', { authority_boost: 100 }, 100],
    ['flickr', { authority_boost: 0 }, null],
    ['flickr', { authority_boost: -1 }, 75],
    ['flickr', { authority_boost: 101 }, 75],
    ['flickr', { authority_boost: 'much' }, 75],
    [null, {}, null],
    ['constructor', {}, null],
  ])('of the provider %s with %j has the authority %p', (provider, metaData, boost) => {
    expect(documentOf({ provider, meta_data: metaData })).toMatchObject({ authority_boost: boost });
  });

  it('has the greater and the lesser of both boosts, where one that is missing counts as 1', () => {
    expect(documentOf({ provider: 'flickr', standardized_popularity: 0.9 })).toMatchObject({
      max_boost: 90,
      min_boost: 75,
    });
    expect(documentOf({ provider: 'flickr' })).toMatchObject({ max_boost: 75, min_boost: 1 });
    expect(documentOf({})).toMatchObject({ max_boost: 1, min_boost: 1 });
  });

  it('is mature where the row is listed or says so itself', () => {
    expect(documentOf({})).toMatchObject({ mature: false });
    expect(documentOf({ is_listed_as_mature: true })).toMatchObject({ mature: true });
    expect(documentOf({ meta_data: { mature: true } })).toMatchObject({ mature: true });
  });

  it.each([
    ['a'.repeat(2_000), 'a'.repeat(2_000)],
    ['a'.repeat(2_001), 'a'.repeat(2_000)],
    [`${'a'.repeat(1_999)}😀b`, `${'a'.repeat(1_999)}😀`],
    ['😀'.repeat(2_001), '😀'.repeat(2_000)],
  ])('has the first 2000 characters of the description', (description, kept) => {
    expect(documentOf({ meta_data: { description } })).toMatchObject({ description: kept });
  });

  it.each([
    ['2026-11-28 10:55:19.123456+00', '2026-11-28T10:55:19.123456Z'],
    ['2026-11-28 10:55:19', '2026-11-28T10:55:19Z'],
    ['infinity', null],
    [null, null],
  ])('was created on %p, as %p', (time, created) => {
    expect(documentOf({ created_on: time })).toMatchObject({ created_on: created });
  });

  it.each([
    [{ meta_data: null }, null],
    [{ meta_data: 'broken' }, null],
    [{ meta_data: { description: 7 } }, null],
  ])('has no description where there is %j', (row, description) => {
    expect(documentOf(row)).toMatchObject({ description, mature: false });
  });

  it('has the tags that have names, and their accuracies', () => {
    const tags = [{ name: 'a', accuracy: 0.95, provider: 'x' }, { name: 'b' }, { accuracy: 1 }, 'c', null];
    expect(documentOf({ tags })).toMatchObject({ tags: [{ name: 'a', accuracy: 0.95 }, { name: 'b' }] });
    expect(documentOf({ tags: null })).toMatchObject({ tags: [] });
    expect(documentOf({ tags: 'broken' })).toMatchObject({ tags: [] });
  });

  it('does not exist where the source has removed the image', () => {
    expect(documentOf({ removed_from_source: true })).toBeUndefined();
  });

  it('has the license in lower case', () => {
    expect(documentOf({ license: 'BY-SA' })).toMatchObject({ license: 'by-sa' });
  });
});
