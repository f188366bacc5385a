import { spawnSync } from 'node:child_process';
import { storeRecords } from '../../src/apps/map-registry/csw/records/store-records.ts';
import { CswClient, getRecords, matchedOf } from '../../test/apps/map-registry/csw/csw-client.ts';
import { RegistryService } from '../../test/apps/map-registry/registry-service.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { median, secondsOf } from '../figures.ts';
import { processorSeconds } from '../queue/processor-time.ts';
import { print, type Row } from '../report.ts';
import { storeSampleLayers } from './sample-layers.ts';

const RECORDS = 100_000;
const LAYERS_AT_ONCE = 5_000;

/** How often each request is sent in a round. */
const REQUESTS = 20;

/** How many times as much processor time a reply may take beside another catalogue: its records are not read. */
const TIMES_BESIDE_ANOTHER = 1.75;

/** A catalogue beside the one that is searched. */
const OTHER_CATALOG = 'other';

const like = (text: string) =>
  `<f:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><f:PropertyName>csw:AnyText</f:PropertyName>
   <f:Literal>${text}</f:Literal></f:PropertyIsLike>`;
const BOX =
  '<f:BBOX><f:PropertyName>ows:BoundingBox</f:PropertyName><gml:Envelope><gml:lowerCorner>47 11</gml:lowerCorner><gml:upperCorner>48 12</gml:upperCorner></gml:Envelope></f:BBOX>';

/** What is asked for, and the most processor time that a reply may take: half of what pycsw takes, an eighth for boxes and no match. */
const CASES: readonly {
  readonly name: string;
  readonly filter: string;
  readonly elementSet?: string;
  readonly goalMilliseconds: number;
}[] = [
  { name: 'no filter', filter: '', goalMilliseconds: 26 },
  { name: 'AnyText like, frequent word', filter: like('%word9q%'), goalMilliseconds: 22 },
  { name: 'AnyText like, no match', filter: like('%nothing like it%'), goalMilliseconds: 6 },
  { name: 'BBOX of 1° × 1°', filter: BOX, goalMilliseconds: 6.6 },
  { name: 'AnyText and BBOX', filter: `<f:And>${like('%word9q%')}${BOX}</f:And>`, goalMilliseconds: 36 },
  { name: 'AnyText, full records', filter: like('%word9q%'), elementSet: 'full', goalMilliseconds: 23 },
  {
    name: 'dc:type = dataset',
    filter:
      '<f:PropertyIsEqualTo><f:PropertyName>dc:type</f:PropertyName><f:Literal>dataset</f:Literal></f:PropertyIsEqualTo>',
    goalMilliseconds: 33,
  },
];

type Case = (typeof CASES)[number];

/** What a reply takes. The processor time is that of the service, of Postgres and of the client, which is in the same process. */
interface Cost {
  readonly wallMilliseconds: number;
  readonly processorMilliseconds: number;
  readonly statements: number;
}

/**
 * What GetRecords takes over 100,000 records, ten a page, for one client: when all matches are counted, right after one record changed, and
 * when none did. Then the first of it beside 100,000 records of another catalogue.
 *
 * @throws where another catalogue changes what is found, or makes a reply much dearer.
 */
export async function benchCsw(
  rounds: number,
  { postgresPid }: { readonly postgresPid: number },
): Promise<Row[]> {
  const service = await RegistryService.start();
  try {
    const peer = isPycswInstalled()
      ? 'pycsw is there; see docs/apps/map-registry.md'
      : 'pycsw is not installed';
    const { seconds, layerIds } = await storeSampleRecords(service, 'hypermap');
    const changedLayerId = layerIds.at(-1) ?? '';
    const rows: Row[] = [
      { work: `${RECORDS} records stored, records/s`, measured: (RECORDS / seconds).toFixed(0) },
    ];
    const meter = new Meter(service, rounds, postgresPid);
    const alone: { readonly matched: number; readonly counted: Cost }[] = [];
    for (const each of CASES) {
      const matched = await meter.matched(each);
      const counted = await meter.costCounting(each);
      const changed = await meter.costAfterChange(each, changedLayerId);
      const again = await meter.cost(each);
      alone.push({ matched, counted });
      rows.push(
        { work: `GetRecords, ${each.name}: ${matched} matched`, ...shown(counted, each), peer },
        { work: '  after a record changed', ...shown(changed, each), peer },
        { work: '  again', ...shown(again, each), peer },
      );
    }
    await service.platform.database('map_registry.catalogs').insert({ slug: OTHER_CATALOG, name: 'Other' });
    await storeSampleRecords(service, OTHER_CATALOG);
    for (const [index, each] of CASES.entries()) {
      const found = await meter.matched(each);
      const cost = await meter.costCounting(each);
      rows.push({ work: `${each.name}, beside ${RECORDS} of another catalogue`, ...shown(cost, each) });
      const before = alone[index];
      const mostMilliseconds = TIMES_BESIDE_ANOTHER * (before?.counted.processorMilliseconds ?? 0);
      if (found === before?.matched && cost.processorMilliseconds <= mostMilliseconds) continue;
      print('CSW until a check failed', rows);
      throw new Error(`${each.name}: ${found} matched, or another catalogue costs too much`);
    }
    return rows;
  } finally {
    await service.stop();
  }
}

/** Stores records of sample layers. Returns the seconds that the records took. */
async function storeSampleRecords(
  { platform }: RegistryService,
  slug: string,
): Promise<{ readonly seconds: number; readonly layerIds: readonly string[] }> {
  const { database } = platform;
  const layerIds = await storeSampleLayers(database, RECORDS, seededRandom(7), slug);
  const seconds = await secondsOf(async () => {
    for (let from = 0; from < layerIds.length; from += LAYERS_AT_ONCE)
      await database.transaction((transaction) =>
        storeRecords(transaction, layerIds.slice(from, from + LAYERS_AT_ONCE)),
      );
  });
  await database.raw('VACUUM ANALYZE map_registry.records');
  return { seconds, layerIds };
}

/** Measures requests to one service. */
class Meter {
  readonly #service: RegistryService;
  readonly #client: CswClient;
  readonly #requests: number;
  readonly #postgresPid: number;

  constructor(service: RegistryService, rounds: number, postgresPid: number) {
    this.#service = service;
    this.#client = new CswClient(service);
    this.#requests = rounds * REQUESTS;
    this.#postgresPid = postgresPid;
  }

  /** Returns how many records fulfil the filter. */
  async matched(each: Case): Promise<number> {
    return matchedOf(await this.#client.post(bodyOf(each)));
  }

  /** Returns what a reply costs that was sent before. */
  cost(each: Case): Promise<Cost> {
    return this.#cost(each, async () => {});
  }

  /** Returns what a reply costs after a change of too many records to look at each. The processor time includes noting the change. */
  async costCounting(each: Case): Promise<Cost> {
    const catalogId = await this.#service.catalogId();
    return this.#cost(each, async () => {
      await this.#service.platform.database.raw('SELECT map_registry.note_record_change(?, NULL)', [
        catalogId,
      ]);
    });
  }

  /** Returns what a reply costs after one record was stored anew. The processor time includes storing it. */
  costAfterChange(each: Case, layerId: string): Promise<Cost> {
    return this.#cost(each, () =>
      this.#service.platform.database.transaction((transaction) => storeRecords(transaction, [layerId])),
    );
  }

  async #cost(each: Case, prepare: () => Promise<void>): Promise<Cost> {
    const body = bodyOf(each);
    const { database } = this.#service.platform;
    const seconds: number[] = [];
    let statements = 0;
    const count = () => {
      statements += 1;
    };
    const begun = await this.#processorSeconds();
    for (let request = 0; request < this.#requests; request += 1) {
      await prepare();
      database.on('query', count);
      seconds.push(await secondsOf(() => this.#client.post(body)));
      database.off('query', count);
    }
    return {
      wallMilliseconds: median(seconds) * 1_000,
      processorMilliseconds: (((await this.#processorSeconds()) - begun) / this.#requests) * 1_000,
      statements: statements / this.#requests,
    };
  }

  async #processorSeconds(): Promise<number> {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6 + ((await processorSeconds(this.#postgresPid)) ?? Number.NaN);
  }
}

function bodyOf({ filter, elementSet }: Case): string {
  return getRecords('2.0.2', filter, '', elementSet);
}

function shown(
  { wallMilliseconds, processorMilliseconds, statements }: Cost,
  { goalMilliseconds }: Case,
): Pick<Row, 'measured' | 'goal'> {
  return {
    measured: `${wallMilliseconds.toFixed(1)} ms, processor ${processorMilliseconds.toFixed(1)} ms, ${statements} statements`,
    goal: `≤ ${goalMilliseconds} ms`,
  };
}

function isPycswInstalled(): boolean {
  return spawnSync('/usr/bin/python3', ['-c', 'import pycsw']).status === 0;
}
