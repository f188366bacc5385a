import { describe, expect, it } from '@jest/globals';
import { drawableSrs, listSrs, plainCrs } from '../../../../src/apps/map-registry/sources/crs-codes.ts';
import { readRootTag } from '../../../../src/apps/map-registry/sources/description/root-tag.ts';
import { namedUrl, requestUrl } from '../../../../src/apps/map-registry/sources/server-url.ts';
import { cpuSecondsOf } from '../../../support/cpu-seconds.ts';

describe('an address that a server names', () => {
  it.each([
    ['http://other.org/wms?', 'https://a.org/ows', 'http://other.org/wms?'],
    ['/wms?map=a&', 'https://a.org/x/ows', 'https://a.org/wms?map=a&'],
    // As it is known behind a proxy.
    ['http://localhost:8080/geoserver/wms?', 'https://a.org/ows', 'https://a.org/geoserver/wms?'],
    ['http://10.0.0.7/wms', 'https://a.org:8443/ows', 'https://a.org:8443/wms'],
    ['http://maps-backend/wms', 'http://a.org/ows', 'http://a.org/wms'],
    ['http://a.org/wms', 'https://a.org/ows', 'https://a.org/wms'],
    ['http://a.org:8080/wms', 'https://a.org/ows', 'https://a.org/wms'],
    ['http://10.0.0.8/wms', 'http://10.0.0.7/ows', 'http://10.0.0.8/wms'],
    ['http://other.org/wms', 'http://me:secret@a.org/ows', 'http://other.org/wms'],
    ['/wms', 'http://me:secret@a.org/ows', 'http://me:secret@a.org/wms'],
    ['file:///etc/passwd', 'http://a.org/ows', 'http://a.org/ows'],
    ['http://[', 'http://a.org/ows', 'http://a.org/ows'],
  ])('%s, asked at %s, is %s', (named, asked, url) => {
    expect(namedUrl(named, new URL(asked)).href).toBe(new URL(url).href);
  });

  it('keeps its parameters in requests, but for those of the request', () => {
    const url = requestUrl(new URL('http://a.org/wms?map=/a.map&version=1&'), {
      VERSION: '1.3.0',
      LAYERS: 'a b&c',
    });
    expect(url.href).toBe('http://a.org/wms?map=/a.map&VERSION=1.3.0&LAYERS=a%20b%26c');
  });
});

describe('a coordinate reference system', () => {
  it.each([
    ['EPSG:4326', 'EPSG:4326', 'EPSG:4326'],
    ['epsg:3857', 'EPSG:3857', 'EPSG:3857'],
    ['urn:ogc:def:crs:EPSG::4326', 'EPSG:4326', 'EPSG:4326'],
    ['urn:ogc:def:crs:EPSG:6.18.3:3857', 'EPSG:3857', 'EPSG:3857'],
    ['urn:x-ogc:def:crs:EPSG:25832', 'EPSG:25832', undefined],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 'CRS:84', 'EPSG:4326'],
    ['urn:ogc:def:crs:OGC:2:84', 'CRS:84', 'EPSG:4326'],
    ['http://www.opengis.net/def/crs/EPSG/0/4326', 'EPSG:4326', 'EPSG:4326'],
    ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 'CRS:84', 'EPSG:4326'],
    ['http://www.opengis.net/gml/srs/epsg.xml#900913', 'EPSG:900913', 'EPSG:3857'],
    ['102100', 'EPSG:102100', 'EPSG:3857'],
    ['OSGEO:41001', 'OSGEO:41001', 'EPSG:3857'],
    ['', '', undefined],
  ])('%s is %s, and drawn as %s', (name, code, srs) => {
    expect(plainCrs(name)).toBe(code);
    expect(drawableSrs(name)).toBe(srs);
  });

  it('is kept of a long list where it matters', () => {
    expect(listSrs(['EPSG:1', 'EPSG:2', 'EPSG:2', 'EPSG:3857'], 3)).toEqual([
      'EPSG:1',
      'EPSG:2',
      'EPSG:3857',
    ]);
    expect(listSrs(['EPSG:1', 'EPSG:2', 'EPSG:3857'], 2)).toEqual(['EPSG:3857', 'EPSG:1']);
  });
});

describe('the root element', () => {
  it.each<[string, string | undefined, string]>([
    ['<?xml version="1.0"?>\n<!-- <b> --><a:b xmlns:a="urn:x">', 'b', 'urn:x'],
    ['<!DOCTYPE a SYSTEM "http://x/>" [<!ELEMENT b EMPTY> <!ENTITY c "]>">]><?p q?><a>', 'a', ''],
    ['\uFEFF <a\n  b="1" xmlns=\'urn:y\'\n>', 'a', 'urn:y'],
    ['<a/>', 'a', ''],
    ['<a b="1 > 2" xmlns="urn:z"/>', 'a', 'urn:z'],
    ['<!doctype html><html>', undefined, ''],
    ['{"a": 1}', undefined, ''],
    ['', undefined, ''],
    ['<', undefined, ''],
  ])('of %j is %s', (text, name, namespace) => {
    expect(readRootTag(text)).toEqual(name === undefined ? undefined : { name, namespace });
  });

  it('is not looked for with all time', async () => {
    const seconds = await cpuSecondsOf(() => {
      for (const start of ['<!DOCTYPE a [', '<!--', '<a ', '<?', '<!DOCTYPE a "', ' ']) {
        readRootTag(start.repeat(65_536 / start.length));
      }
      readRootTag(`<!DOCTYPE a [${'"'.repeat(65_536)}`);
    });
    expect(seconds).toBeLessThan(2);
  });
});
