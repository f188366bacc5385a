import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { OutsideClient } from '../../../src/apps/map-registry/fetching/outside-client.ts';
import type { MapSource } from '../../../src/apps/map-registry/sources/map-source.ts';
import type { LargeInput } from './inputs.ts';

// Reads what a server sends as the built map registry does, in a process of its own: first something small, and then what is
// measured. The arguments: the reader, how often, how many at a time, the two addresses. Prints a Growth as JSON.

/** By how much a process grew. */
export interface Growth {
  readonly mostBytes: number;
  /** What it keeps after some seconds. */
  readonly keptBytes: number;
  /** How the last reading ended. */
  readonly outcome: string;
}

type Reader = LargeInput['reader'];

const KEPT_AFTER_MILLISECONDS = 5_000;
const SMALL_READINGS = 8;
const TIMEOUT_SECONDS = 60;

/** As `REGISTRY_MAX_BODY` has it by default. */
const MAXIMUM_BYTES = 16 * 1_024 ** 2;

const built = (path: string) => import(new URL(`../../../dist/${path}.js`, import.meta.url).href);
const {
  GuardedOutsideClient,
}: typeof import('../../../src/apps/map-registry/fetching/guarded-outside-client.ts') = await built(
  'apps/map-registry/fetching/guarded-outside-client',
);
const { sourceOf }: typeof import('../../../src/apps/map-registry/sources/index.ts') = await built(
  'apps/map-registry/sources/index',
);
const { MapPictures }: typeof import('../../../src/apps/map-registry/proxy/fetching/map-pictures.ts') =
  await built('apps/map-registry/proxy/fetching/map-pictures');
const { takeLayerPicture }: typeof import('../../../src/apps/map-registry/checks/layer-picture.ts') =
  await built('apps/map-registry/checks/layer-picture');
const { AllowedNetworks }: typeof import('../../../src/platform/http/outgoing/allowed-networks.ts') =
  await built('platform/http/outgoing/allowed-networks');
const { OutgoingNetwork }: typeof import('../../../src/platform/http/outgoing/outgoing-network.ts') =
  await built('platform/http/outgoing/outgoing-network');

const { signal } = new AbortController();
const tileSize = { widthPixels: 256, heightPixels: 256 };
const pictures = new MapPictures(openClient(), 100);

function openClient(): OutsideClient {
  return new GuardedOutsideClient({
    network: new OutgoingNetwork(),
    allowedNetworks: AllowedNetworks.parse('loopback'),
    allowedPorts: [],
    maximumBytes: MAXIMUM_BYTES,
    timeoutSeconds: TIMEOUT_SECONDS,
    userAgent: 'bench',
  });
}

async function readAs(reader: Reader, url: URL): Promise<string> {
  if (reader === 'map') return `${(await pictures.fetch(url, tileSize, signal)).rgba.length} bytes`;
  const client = openClient();
  try {
    return reader === 'check' ? await check(url, client) : await harvest(reader, url, client);
  } finally {
    await client.close();
  }
}

async function check(url: URL, client: OutsideClient): Promise<string> {
  const source: MapSource = {
    types: [],
    detect: async () => undefined,
    harvest: async () => 'unchanged',
    openDrawing: () => ({ kind: 'map', systems: ['EPSG:4326'], mapUrl: () => url }),
  };
  const layer = { drawing: {}, box: { minX: 0, minY: 0, maxX: 1, maxY: 1 } };
  return (await takeLayerPicture(layer, source, { client, signal })).message;
}

async function harvest(
  type: Exclude<Reader, 'map' | 'check'>,
  url: URL,
  client: OutsideClient,
): Promise<string> {
  const settings = {
    warperHosts: [],
    worldMapHosts: [],
    worldMapLegacyHosts: [],
    worldMapAccount: undefined,
    cswPageRecords: 10,
  };
  const context = { client, settings, signal, maximumLayers: undefined };
  const harvested = await sourceOf(type).harvest({ type, url: url.href, validators: {} }, context);
  return harvested === 'unchanged' ? harvested : `${harvested.layers.length} layers`;
}

async function readMany(reader: Reader, url: URL, times: number, atOnce: number): Promise<string> {
  let outcome = '';
  let begun = 0;
  const readSome = async () => {
    while (begun < times) {
      begun += 1;
      outcome = await readAs(reader, url).catch((error: Error) => error.message);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readSome));
  return outcome;
}

async function residentBytes(name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
}

function isReader(word: string): word is Reader {
  return ['map', 'check', 'OGC:WMS', 'OGC:WMTS', 'OSGeo:TMS', 'OGC:CSW', 'ESRI:ArcGIS:MapServer'].includes(
    word,
  );
}

const [reader = '', times, atOnce, small = '', large = ''] = process.argv.slice(2);
if (!isReader(reader)) throw new Error(`There is no reader ${reader}.`);
await readMany(reader, new URL(small), SMALL_READINGS, Number(atOnce));
// The peak is counted from here on.
await writeFile('/proc/self/clear_refs', '5');
const before = await residentBytes('VmRSS');
const outcome = await readMany(reader, new URL(large), Number(times), Number(atOnce));
const mostBytes = (await residentBytes('VmHWM')) - before;
await setTimeout(KEPT_AFTER_MILLISECONDS);
const growth: Growth = { mostBytes, keptBytes: (await residentBytes('VmRSS')) - before, outcome };
process.stdout.write(JSON.stringify(growth));
process.exit(0);
