import { spawnSync } from 'node:child_process';
import { storeRecords } from '../../src/apps/map-registry/csw/records/store-records.ts';
import { CswClient, getRecords, matchedOf } from '../../test/apps/map-registry/csw/csw-client.ts';
import { RegistryService } from '../../test/apps/map-registry/registry-service.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { medianSecondsOf, secondsOf } from '../figures.ts';
import type { Row } from '../report.ts';
import { storeSampleLayers } from './sample-layers.ts';

const RECORDS = 100_000;
const LAYERS_AT_ONCE = 5_000;

/** How often each request is sent in a round. */
const REQUESTS = 20;

const like = (text: string) =>
  `<f:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><f:PropertyName>csw:AnyText</f:PropertyName>
   <f:Literal>${text}</f:Literal></f:PropertyIsLike>`;
const BOX =
  '<f:BBOX><f:PropertyName>ows:BoundingBox</f:PropertyName><gml:Envelope><gml:lowerCorner>47 11</gml:lowerCorner><gml:upperCorner>48 12</gml:upperCorner></gml:Envelope></f:BBOX>';

/** What is asked for. */
const CASES = [
  { name: 'no filter', filter: '' },
  { name: 'AnyText like, frequent word', filter: like('%word9q%') },
  { name: 'AnyText like, no match', filter: like('%nothing like it%') },
  { name: 'BBOX of 1° × 1°', filter: BOX },
  { name: 'AnyText and BBOX', filter: `<f:And>${like('%word9q%')}${BOX}</f:And>` },
  { name: 'AnyText, full records', filter: like('%word9q%'), elementSet: 'full' },
  {
    name: 'dc:type = dataset',
    filter:
      '<f:PropertyIsEqualTo><f:PropertyName>dc:type</f:PropertyName><f:Literal>dataset</f:Literal></f:PropertyIsEqualTo>',
  },
];

/** How long GetRecords takes over 100,000 records, ten a page, for one client. */
export async function benchCsw(rounds: number): Promise<Row[]> {
  const service = await RegistryService.start();
  try {
    const { database } = service.platform;
    const layerIds = await storeSampleLayers(database, RECORDS, seededRandom(7));
    const seconds = await secondsOf(async () => {
      for (let from = 0; from < layerIds.length; from += LAYERS_AT_ONCE)
        await database.transaction((transaction) =>
          storeRecords(transaction, layerIds.slice(from, from + LAYERS_AT_ONCE)),
        );
    });
    await database.raw('VACUUM ANALYZE map_registry.records');
    const rows: Row[] = [
      { work: `${RECORDS} records stored, records/s`, measured: (RECORDS / seconds).toFixed(0) },
    ];
    const peer = isPycswInstalled()
      ? 'pycsw is there; see docs/apps/map-registry.md'
      : 'pycsw is not installed';
    for (const each of CASES) rows.push({ ...(await measure(service, each, rounds)), peer });
    return rows;
  } finally {
    await service.stop();
  }
}

async function measure(
  service: RegistryService,
  { name, filter, elementSet }: (typeof CASES)[number],
  rounds: number,
): Promise<Row> {
  const client = new CswClient(service);
  const body = getRecords('2.0.2', filter, '', elementSet);
  const matched = matchedOf(await client.post(body));
  let statements = 0;
  const count = () => {
    statements += 1;
  };
  service.platform.database.on('query', count);
  const seconds = await medianSecondsOf(rounds * REQUESTS, () => client.post(body));
  service.platform.database.off('query', count);
  return {
    work: `GetRecords, ${name}: ${matched} matched`,
    measured: `${(seconds * 1_000).toFixed(1)} ms, ${statements / rounds / REQUESTS} statements`,
  };
}

function isPycswInstalled(): boolean {
  return spawnSync('/usr/bin/python3', ['-c', 'import pycsw']).status === 0;
}
