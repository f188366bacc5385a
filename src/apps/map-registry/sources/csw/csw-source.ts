import { xmlDocument } from '../../../../map-kit/xml-document.ts';
import { OutsideRequestError } from '../../fetching/outside-client.ts';
import { DescriptionDigest } from '../description-digest.ts';
import type { DetectedService, HarvestedService, MapSource, SourceContext } from '../map-source.ts';
import { SourceError } from '../map-source.ts';
import { abstractText, keywordTexts, titleText } from '../plain-text.ts';
import { requestUrl, serverUrl } from '../server-url.ts';
import {
  CSW_NAMESPACES,
  type CswPage,
  type CswVersion,
  readCswDescription,
  readCswPage,
} from './read-csw.ts';
import { serviceOfLink } from './service-links.ts';

/** Bytes of a document at most: in memory it may be many times as large. */
const MAXIMUM_BYTES = 1024 ** 2;

/** Bytes of a record, where the settings ask for so many that pages have more than {@link MAXIMUM_BYTES}. */
const RECORD_BYTES = 64 * 1024;

/** Records of a catalogue that are read. */
const MOST_RECORDS = 200_000;

/** Services of a catalogue that are taken. */
const MOST_SERVICES = 10_000;

/** Catalogues. As an endpoint, one is all services that its records link to. */
export const cswSource: MapSource = {
  types: ['OGC:CSW'],

  async detect({ url }, context) {
    const server = serverUrl(url);
    const reply = await requestCapabilities(server, context).catch(passOverLargeOnes);
    const description = reply && readCswDescription(reply);
    return description && linkedServices(server, description.version, context);
  },

  async harvest({ url, validators }, context): Promise<HarvestedService | 'unchanged'> {
    const server = serverUrl(new URL(url));
    const reply = await requestCapabilities(server, context);
    const digest = new DescriptionDigest();
    digest.add(reply.body);
    const newDigest = digest.end();
    if (newDigest === validators.digest) return 'unchanged';
    const description = readCswDescription(reply);
    if (!description) throw new SourceError(`${server.host} did not send what a catalogue (CSW) sends.`);
    return {
      title: titleText(description.title),
      abstract: abstractText(description.abstract),
      keywords: keywordTexts(description.keywords),
      srs: ['EPSG:4326'],
      layers: [],
      isComplete: true,
      validators: { digest: newDigest },
    };
  },

  openDrawing: () => undefined,
};

function requestCapabilities(server: URL, { client, signal }: SourceContext) {
  const query = { SERVICE: 'CSW', REQUEST: 'GetCapabilities', ACCEPTVERSIONS: '2.0.2,3.0.0' };
  return client.get(requestUrl(server, query), { signal, maximumBytes: MAXIMUM_BYTES });
}

/** A WMS sends its own capabilities, whatever it is asked, and these may be large: it is no catalogue. */
function passOverLargeOnes(error: unknown): undefined {
  if (error instanceof OutsideRequestError && error.fault === 'too-large') return undefined;
  throw error;
}

async function linkedServices(
  server: URL,
  version: CswVersion,
  context: SourceContext,
): Promise<readonly DetectedService[]> {
  const services = new Map<string, DetectedService>();
  let position = 1;
  while (position <= MOST_RECORDS && services.size < MOST_SERVICES) {
    const page = await readPage(server, version, position, context);
    for (const link of page.links) {
      const service = serviceOfLink(link);
      if (service) services.set(`${service.type} ${service.url}`, service);
    }
    const next = nextPosition(page, position);
    if (next === undefined) break;
    position = next;
  }
  return [...services.values()].slice(0, MOST_SERVICES);
}

/** Servers count in several ways where the last page ends, and some would send the same page for ever. */
function nextPosition(
  { matchedCount, returnedCount, nextRecord }: CswPage,
  position: number,
): number | undefined {
  if (returnedCount === 0 || nextRecord === 0) return undefined;
  const next = Math.max(nextRecord ?? 0, position + returnedCount);
  return next > matchedCount ? undefined : next;
}

async function readPage(
  server: URL,
  version: CswVersion,
  startPosition: number,
  { client, signal, settings }: SourceContext,
): Promise<CswPage> {
  const content = getRecords(version, startPosition, settings.cswPageRecords);
  const reply = await client.request(server, {
    signal,
    maximumBytes: Math.max(MAXIMUM_BYTES, settings.cswPageRecords * RECORD_BYTES),
    body: { content, type: 'application/xml' },
  });
  // Exceptions come with many a status, and their text says more.
  if (reply.status < 400 || reply.body.includes('ExceptionReport')) return readCswPage(reply);
  throw new OutsideRequestError(`${server.host} replied with the status ${reply.status}.`, {
    fault: 'status',
    status: reply.status,
  });
}

function getRecords(version: CswVersion, startPosition: number, maxRecords: number): string {
  const namespace = CSW_NAMESPACES[version];
  return xmlDocument({
    'csw:GetRecords': {
      '@xmlns:csw': namespace,
      '@service': 'CSW',
      '@version': version,
      '@resultType': version === '2.0.2' ? 'results' : undefined,
      '@startPosition': startPosition,
      '@maxRecords': maxRecords,
      '@outputFormat': 'application/xml',
      '@outputSchema': namespace,
      'csw:Query': { '@typeNames': 'csw:Record', 'csw:ElementSetName': 'full' },
    },
  });
}
