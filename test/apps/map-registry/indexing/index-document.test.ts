import { describe, expect, it } from '@jest/globals';
import { layerToIndex } from '../../../../src/apps/map-registry/indexing/index-document.ts';
import type { IndexableLayer } from '../../../../src/apps/map-registry/indexing/indexable-layers.ts';

const LAYER: IndexableLayer = {
  id: '7',
  uuid: '0b5e5a4e-3a63-4d0e-8d4b-1c1b7c3d9a11',
  catalogId: '1',
  index: { slug: 'hypermap', indexGeneration: '1' },
  serviceId: '3',
  serviceType: 'OGC:WMS',
  host: 'maps.example.org',
  url: 'https://maps.example.org/wms',
  name: 'old rivers/1',
  title: 'Old rivers',
  abstract: '<p>Rivers &amp; lakes</p>',
  keywords: ['water'],
  srs: ['EPSG:4326'],
  minX: -10,
  minY: -5,
  maxX: 10,
  maxY: 5,
  area: 200,
  pageUrl: null,
  category: null,
  username: null,
  isPublic: true,
  isDrawable: true,
  reliability: 75,
  recentReliability: 50,
  lastStatus: false,
  lastCheck: '2026-01-01T00:00:00Z',
  checkCount: '4',
  date: null,
  dateOrigin: null,
  created: '2001-02-03T04:05:06Z',
};

const documentOf = (differing: Partial<IndexableLayer>) => layerToIndex({ ...LAYER, ...differing }).document;

describe('the document of a layer', () => {
  it('has everything that a search shows', () => {
    expect(documentOf({})).toMatchObject({
      id: '7',
      layer_id: '7',
      type: 'Layer',
      abstract: 'Rivers &amp; lakes',
      layer_originator: 'maps.example.org',
      domain_name: 'maps.example.org',
      availability: 'Online',
      location: { layer_info: '/registry/hypermap/layer/7/' },
      bbox: 'ENVELOPE(-10,10,5,-5)',
      centroid_x: 0,
      centroid_y: 0,
      layer_date: '2001-02-03T04:05:06Z',
      reliability: 75,
      recent_reliability: 50,
      tile_url: '/registry/hypermap/layer/7/map/wmts/old%20rivers%2F1/default_grid/{z}/{x}/{y}.png',
    });
  });

  it('has no URL of tiles where the layer cannot be drawn', () => {
    expect(documentOf({ isDrawable: false })).not.toHaveProperty('tile_url');
  });

  it.each<readonly [string, Partial<IndexableLayer>, readonly number[]]>([
    ['swapped', { minX: 10, maxX: -10, minY: 5, maxY: -5 }, [-10, -5, 10, 5]],
    ['larger than the world', { minX: -200, maxX: 500, minY: -91, maxY: 1_000 }, [-180, -90, 180, 90]],
    ['outside the world', { minX: 190, maxX: 200, minY: 0, maxY: 1 }, [180, 0, 180, 1]],
    ['a point', { minX: 1, maxX: 1, minY: 2, maxY: 2 }, [1, 2, 1, 2]],
  ])('mends a box that is %s', (_title, box, sides) => {
    const { min_x, min_y, max_x, max_y, layer_geoshape } = documentOf(box);
    expect([min_x, min_y, max_x, max_y]).toEqual(sides);
    expect(layer_geoshape.coordinates).toEqual([
      [sides[0], sides[3]],
      [sides[2], sides[1]],
    ]);
  });

  it.each([{ minX: Number.NaN }, { maxY: Number.POSITIVE_INFINITY }, { minY: Number.NEGATIVE_INFINITY }])(
    'is refused for a box with %j',
    (box) => {
      expect(() => documentOf(box)).toThrow('not finite');
    },
  );

  it('is by whom made it, for maps of WorldMap, and by the host for others', () => {
    expect(documentOf({ serviceType: 'Hypermap:WorldMap', username: 'ada' }).layer_originator).toBe('ada');
    expect(documentOf({ username: 'ada' }).layer_originator).toBe('maps.example.org');
    expect(documentOf({ host: 'localhost' })).toMatchObject({
      layer_originator: 'Harvard',
      domain_name: 'localhost',
    });
  });

  it('has the date of its metadata or of its text, and otherwise the day on which it was stored', () => {
    expect(documentOf({ date: '-0160-01-01', dateOrigin: 'detected' })).toMatchObject({
      layer_date: '-0160-01-01T00:00:00Z',
      layer_datetype: 'Detected',
    });
    expect(documentOf({ date: '1850-06-07', dateOrigin: 'metadata' })).toMatchObject({
      layer_date: '1850-06-07T00:00:00Z',
      layer_datetype: 'From Metadata',
    });
  });

  it.each<Partial<IndexableLayer>>([
    { date: null, dateOrigin: null },
    { date: 'no date', dateOrigin: 'metadata' },
  ])('does not say that the day on which it was stored is a date of the layer, for %j', (layer) => {
    const document = documentOf(layer);
    expect(document.layer_date).toBe('2001-02-03T04:05:06Z');
    expect(document).not.toHaveProperty('layer_datetype');
  });
});
