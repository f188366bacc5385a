// Services of an imagined world. Their numbers of layers, keywords and systems are those that the tests of the original
// registry were held to.

import type { CswStandIn } from './kinds/csw-stand-in.ts';
import type { EsriStandIn } from './kinds/esri-stand-in.ts';
import type { TmsStandIn } from './kinds/tms-stand-in.ts';
import type { WarpedMap, WarperStandIn } from './kinds/warper-stand-in.ts';
import type { WmsStandIn } from './kinds/wms-stand-in.ts';
import type { WmtsStandIn } from './kinds/wmts-stand-in.ts';
import type { WorldMapStandIn } from './kinds/worldmap-stand-in.ts';

/** WMS 1.1.1: nine layers; `rivers` has three keywords. Two systems. */
export const WATER_WMS: WmsStandIn = {
  path: '/water/wms',
  versions: ['1.1.1'],
  title: 'Waters of the imagined world',
  abstract: 'Rivers, rain and coasts, surveyed between 1998 and 2004',
  keywords: ['water', 'hydrology'],
  srs: ['EPSG:4326', 'EPSG:3857'],
  box: { minX: -180, minY: -85, maxX: 180, maxY: 85 },
  layers: [
    {
      name: 'rivers',
      title: 'Rivers',
      abstract: 'All rivers that carry water in 2001',
      keywords: ['river', 'stream', 'water'],
      box: { minX: -80, minY: -35, maxX: -30, maxY: 15 },
      theme: 'rivers',
    },
    { name: 'lakes', title: 'Lakes', box: { minX: -95, minY: 30, maxX: -65, maxY: 52 }, theme: 'rivers' },
    { name: 'coasts', title: 'Coasts', abstract: 'Coasts as of 1999', theme: 'terrain' },
    { name: 'rain', title: 'Rain', box: { minX: -20, minY: 30, maxX: 45, maxY: 70 }, theme: 'radar' },
    {
      name: 'floods',
      title: 'Floods of 2002',
      box: { minX: 60, minY: 45, maxX: 80, maxY: 55 },
      theme: 'rivers',
    },
    {
      name: 'ice',
      title: 'Sea ice',
      box: { minX: -180, minY: 60, maxX: 180, maxY: 85 },
      theme: 'temperature',
    },
    { name: 'basins', title: 'Drainage basins', theme: 'terrain' },
    { name: 'harbours', title: 'Harbours', abstract: 'Harbours of the Ming', theme: 'population' },
    { name: 'canals', title: 'Canals', box: { minX: 80, minY: 35, maxX: 105, maxY: 57 }, theme: 'rivers' },
  ],
};

/** WMS 1.3.0: three layers, four systems. */
export const RADAR_WMS: WmsStandIn = {
  path: '/radar/wms',
  versions: ['1.3.0', '1.1.1'],
  title: 'Weather radar',
  abstract: 'Base reflectivity, every five minutes',
  keywords: ['weather', 'radar'],
  srs: ['EPSG:4326', 'EPSG:3857', 'EPSG:900913', 'EPSG:102100'],
  box: { minX: -126, minY: 24, maxX: -66, maxY: 50 },
  layers: [
    { name: 'nexrad-n0r-wmst', title: 'NEXRAD BASE REFLECT', keywords: ['reflectivity'], theme: 'radar' },
    { name: 'nexrad-n0r-wmst-t', title: 'NEXRAD BASE REFLECT of last hour', theme: 'radar' },
    { name: 'nexrad-tileindex', title: 'Stations', theme: 'population' },
  ],
};

/** A WMS in a system that no registry supports. */
export const UNSUPPORTED_WMS: WmsStandIn = {
  ...RADAR_WMS,
  path: '/unsupported/wms',
  title: 'Radar in a system of its own',
  versions: ['1.1.1'],
  srs: ['EPSG:9999999'],
};

/** Tiles by paths. */
export const CLIMATE_WMTS: WmtsStandIn = {
  path: '/climate/wmts',
  encoding: 'REST',
  title: 'Climate of the imagined world',
  abstract: 'Means of thirty years',
  keywords: ['climate'],
  layers: [
    {
      name: 'temperature',
      title: 'Temperature',
      abstract: 'Mean of 1961 to 1990',
      keywords: ['temperature', 'climate'],
      box: { minX: -180, minY: -85, maxX: 180, maxY: 85 },
      theme: 'temperature',
    },
    {
      name: 'precipitation',
      title: 'Precipitation',
      box: { minX: -25, minY: 30, maxX: 45, maxY: 72 },
      theme: 'radar',
    },
  ],
};

/** Tiles that are counted from the south. */
export const BASE_TMS: TmsStandIn = {
  path: '/tms/1.0.0',
  title: 'Base maps',
  layers: [
    { name: 'terrain', title: 'Terrain', theme: 'terrain' },
    { name: 'night', title: 'The world at night', abstract: 'Lights of 2012', theme: 'population' },
  ],
};

/** Folders, map services and an image service, one of them in metres. */
export const PLANNING_ESRI: EsriStandIn = {
  path: '/arcgis/rest/services',
  services: [
    {
      name: 'Basemap',
      type: 'MapServer',
      wkid: 102100,
      title: 'Base map',
      abstract: 'The base map of the planning office',
      keywords: ['base map', 'planning'],
      layers: [
        { name: '0', title: 'Ground', box: { minX: 60, minY: 30, maxX: 100, maxY: 55 }, theme: 'terrain' },
        {
          name: '1',
          title: 'Roads of 1984',
          box: { minX: 60, minY: 30, maxX: 100, maxY: 55 },
          theme: 'rivers',
        },
      ],
    },
    {
      name: 'People/Census',
      type: 'MapServer',
      title: 'Census',
      abstract: 'People counted in 2011',
      layers: [
        { name: '0', title: 'People', box: { minX: 60, minY: 5, maxX: 95, maxY: 35 }, theme: 'population' },
      ],
    },
    {
      name: 'People/Night',
      type: 'ImageServer',
      title: 'Night',
      abstract: 'The world at night',
      layers: [
        {
          name: 'Night',
          title: 'Night',
          box: { minX: -120, minY: -40, maxX: -30, maxY: 50 },
          theme: 'population',
        },
      ],
    },
  ],
};

/** A catalogue of the services above; the kind of a link without a scheme follows from its address. */
export const WORLD_CSW: CswStandIn = {
  path: '/catalogue/csw',
  version: '2.0.2',
  title: 'Catalogue of the imagined world',
  records: [
    { identifier: 'water', title: 'Waters', references: [{ scheme: 'OGC:WMS', url: '/water/wms' }] },
    {
      identifier: 'radar',
      title: 'Radar',
      references: [{ url: '/radar/wms?service=WMS&request=GetCapabilities' }],
    },
    { identifier: 'water-again', title: 'Waters', references: [{ scheme: 'OGC:WMS', url: '/water/wms' }] },
    { identifier: 'climate', title: 'Climate', references: [{ scheme: 'OGC:WMTS', url: '/climate/wmts' }] },
    {
      identifier: 'census',
      title: 'Census',
      references: [{ url: '/arcgis/rest/services/People/Census/MapServer?f=json' }],
    },
    { identifier: 'report', title: 'A report', references: [{ scheme: 'WWW:LINK', url: '/reports/1.pdf' }] },
  ],
};

/** Numbers and titles of scanned maps. */
const SCANNED_MAPS: readonly (readonly [name: string, title: string])[] = [
  ['29568', 'Plate 24: Houses around the Old Market'],
  ['16239', 'A map that nobody has laid over the world yet'],
  ['10037', 'City and harbour'],
  ['10038', 'City and harbour, second edition'],
  ['10412', 'The northern province'],
  ['11210', 'The southern province'],
  ['12001', 'Roads for post coaches'],
  ['12999', 'A chart of the inner sea'],
  ['13400', 'The royal forests'],
  ['14117', 'Parishes'],
  ['15002', 'Mines and smelters'],
  ['15003', 'Mines and smelters, eastern sheet'],
  ['17730', 'Vineyards'],
  ['18181', 'A plan of the fortress'],
  ['20422', 'The railway to the mountains'],
];

/** Fifteen scanned maps on two pages: 29568 shows 1855, and 16239 has no box. */
export const SCANS_WARPER: WarperStandIn = {
  path: '/warper/maps',
  pageMaps: 10,
  maps: SCANNED_MAPS.map(
    ([name, title], index): WarpedMap => ({
      name,
      title,
      abstract: name === '29568' ? 'From the atlas of 1855' : `Sheet ${index + 1} of the atlas`,
      theme: 'old-map',
      ...(name === '16239' ? {} : { box: sheetBox(index) }),
      ...(name === '29568' ? { dates: { depicts_year: '1855', published_date: null } } : {}),
    }),
  ),
};

function sheetBox(index: number) {
  const minX = -12 + (index % 5) * 6;
  const minY = 38 + Math.floor(index / 5) * 5;
  return { minX, minY, maxX: minX + 5.5, maxY: minY + 4.5 };
}

/** Ten layers, and two of them were deleted. */
export const USERS_WORLDMAP: WorldMapStandIn = {
  version: '2.8',
  layers: Array.from({ length: 10 }, (_unused, index) => ({
    uuid: worldMapId(index),
    name: `geonode:layer_${index}`,
    title: `Layer ${index} of a user`,
    abstract: index === 3 ? 'Walls of the Tang' : 'Drawn by hand',
    keywords: ['drawn'],
    box: { minX: 70 + index * 4, minY: 20, maxX: 78 + index * 4, maxY: 34 },
    category: index % 2 === 0 ? 'society' : 'boundaries',
    username: index % 3 === 0 ? 'ada' : 'grace',
    theme: 'population',
    ...(index === 0 ? { temporalExtent: { start: '-0221', end: '0220' } } : {}),
  })),
  deleted: [worldMapId(4), worldMapId(7)],
};

function worldMapId(index: number): string {
  return `5d3c1f0e-0000-4000-8000-00000000000${index}`;
}
