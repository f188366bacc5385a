import { describe, expect, it } from '@jest/globals';
import { mendBox } from '../../../../src/apps/map-registry/harvest/mended-box.ts';
import { supportedSrs } from '../../../../src/apps/map-registry/harvest/srs-codes.ts';
import { storedKeywords, storedText } from '../../../../src/apps/map-registry/harvest/text-limits.ts';
import {
  invalidReasonOfLayer,
  invalidReasonOfService,
} from '../../../../src/apps/map-registry/harvest/validity.ts';

const box = (minX: number, minY: number, maxX: number, maxY: number) => ({ minX, minY, maxX, maxY });
const world = { box: box(-180, -90, 180, 90), area: 64_800 };

describe('a box', () => {
  it('stays as it is where it is in range', () => {
    expect(mendBox(box(1, 2, 3, 5))).toEqual({ box: box(1, 2, 3, 5), area: 6 });
    expect(mendBox(box(1, 2, 1, 2))).toEqual({ box: box(1, 2, 1, 2), area: 0 });
  });

  it('gets its sides in order, and is cut to the world after its area was taken', () => {
    expect(mendBox(box(3, 5, 1, 2))).toEqual({ box: box(1, 2, 3, 5), area: 6 });
    expect(mendBox(box(-190, -100, 10, 10))).toEqual({ box: box(-180, -90, 10, 10), area: 22_000 });
  });

  it('is the world where the server states none, or one that says nothing', () => {
    for (const stated of [
      undefined,
      box(Number.NaN, 0, 1, 1),
      box(0, 0, 1, Number.NaN),
      box(Number.NEGATIVE_INFINITY, 0, 1, 1),
      box(0, 0, 1, Number.POSITIVE_INFINITY),
      box(-1e308, 0, 1e308, 1e308),
      box(400, 0, 500, 1),
    ]) {
      expect(mendBox(stated)).toEqual(world);
    }
  });
});

describe('codes of coordinate reference systems', () => {
  it('are supported in any spelling, each once', () => {
    const codes = [
      'EPSG:3857',
      'epsg:4326',
      'urn:ogc:def:crs:EPSG::4326',
      'urn:ogc:def:crs:EPSG:6.18:3857',
      'http://www.opengis.net/def/crs/EPSG/0/3978',
      '102100',
    ];
    const supported = ['3857', '4326', 'EPSG:3978', '102100'];
    expect(supportedSrs(codes, supported)).toEqual(['EPSG:3857', 'EPSG:4326', 'EPSG:3978', 'EPSG:102100']);
  });

  it('are left out otherwise', () => {
    expect(
      supportedSrs(['EPSG:9999999', 'CRS:84', '', 'EPSG:', 'EPSG:4326x', 'AUTO:42001'], ['4326']),
    ).toEqual([]);
  });
});

describe('validity', () => {
  it('takes a supported system, of kinds of services that have systems', () => {
    expect(invalidReasonOfService('OGC:WMS', [])).toMatch(/no supported coordinate reference system/);
    expect(invalidReasonOfService('OGC:WMS', ['EPSG:3857'])).toBeNull();
    expect(invalidReasonOfService('Hypermap:WARPER', [])).toBeNull();
    expect(invalidReasonOfService('OGC:CSW', [])).toBeNull();
  });

  it('takes a box that is not all within two degrees of 0/0', () => {
    expect(invalidReasonOfLayer(box(-1.9, -1.9, 1.9, 1.9))).toMatch(/0° N 0° E/);
    expect(invalidReasonOfLayer(box(-2, -1, 1, 1))).toBeNull();
    expect(invalidReasonOfLayer(box(-1, -1, 1, 2))).toBeNull();
  });
});

describe('texts', () => {
  it('are stored without white space around them, cut, and without what Postgres cannot hold', () => {
    expect(storedText('  a\0b ', 10)).toBe('a\uFFFDb');
    expect(storedText('x'.repeat(1_000_000), 3)).toBe('xxx');
    expect(storedText('🗺🗺', 3)).toBe('🗺\uFFFD');
  });

  it('of keywords are stored once each, and not without end', () => {
    expect(storedKeywords([' a', 'a', '', 'b'])).toEqual(['a', 'b']);
    expect(storedKeywords(Array.from({ length: 1_000 }, (_, index) => String(index)))).toHaveLength(200);
  });
});
