import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { writeContactSheet } from '../../../../app-kit/sandbox/contact-sheet.ts';
import { formatDemoEnd } from '../../../../app-kit/sandbox/demo-end.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { DemoSteps } from '../../../../app-kit/sandbox/demo-steps.ts';
import { formatDoneLines } from '../../../../app-kit/sandbox/done-lines.ts';
import { formatPlainTable } from '../../../../app-kit/sandbox/plain-table.ts';
import { shownPath } from '../../../../app-kit/sandbox/shown-path.ts';
import { type DemoConnections, openDemoConnections } from './demo-connections.ts';
import { mapWindow } from './map-window.ts';
import { RegistryWatch, type Reliability, type WatchedService } from './registry-watch.ts';

const LABELS = {
  detect: 'detecting services',
  harvest: 'harvesting',
  check: 'checking layers',
  index: 'indexing',
  again: 'checking the broken server',
  pictures: 'drawing maps',
} as const;

/** The server that breaks: the one of WMS. */
const BROKEN_TYPE = 'OGC:WMS';

/** What is searched for. */
const WORDS = 'rivers';

/**
 * Registers the servers of the sandbox, searches their layers, and breaks one of them.
 *
 * @throws {DemoError} where anything is not as it should be.
 * @throws the reason of the context's signal.
 */
export async function showRegistry(context: DemoContext): Promise<void> {
  const endpoints = (context.state['endpoints'] ?? '').split('\n');
  const connections = openDemoConnections(context);
  try {
    await Promise.race([new RegistryDemo(endpoints, connections, context).run(), context.ended]);
  } finally {
    await connections.close();
  }
}

/** The demo from its beginning to its end. */
class RegistryDemo {
  readonly #endpoints: readonly string[];
  readonly #connections: DemoConnections;
  readonly #context: DemoContext;
  readonly #watch: RegistryWatch;
  readonly #steps: DemoSteps;

  constructor(endpoints: readonly string[], connections: DemoConnections, context: DemoContext) {
    this.#endpoints = endpoints;
    this.#connections = connections;
    this.#context = context;
    this.#watch = new RegistryWatch(connections.database, endpoints, context.signal);
    this.#steps = new DemoSteps(context.output, Object.values(LABELS));
  }

  async run(): Promise<void> {
    const started = new Date();
    const known = await this.#watch.services();
    await this.#detect();
    // What is new is checked by itself.
    await this.#checkNow(known);
    await this.#harvestAndCheck(started);
    await this.#index();
    await this.#search();
    const picture = await this.#storePicture();
    await this.#breakOneServer();
    this.#conclude(picture, (Date.now() - started.getTime()) / 1_000);
  }

  async #detect(): Promise<void> {
    const { client } = this.#connections;
    const words = {
      label: LABELS.detect,
      what: 'Detect services',
      unit: 'endpoints',
      total: this.#endpoints.length,
    };
    await this.#steps.measure(words, async (show) => {
      await client.addEndpoints(this.#endpoints);
      const readProcessed = async () => {
        const endpoints = await client.endpoints(this.#endpoints);
        return { done: endpoints.filter(({ processed }) => processed).length, total: this.#endpoints.length };
      };
      await this.#watch.untilDone('The detection', readProcessed, show);
      const failed = (await client.endpoints(this.#endpoints)).find(({ imported }) => !imported);
      if (failed) throw new DemoError(`${failed.url} is not known as a service: ${failed.message}`);
      const services = await this.#watch.services();
      return `${services.length} services: ${[...new Set(services.map(({ type }) => type))].join(', ')}`;
    });
  }

  async #harvestAndCheck(since: Date): Promise<void> {
    const harvest = { label: LABELS.harvest, what: 'Harvest', unit: 'services', total: 0 };
    await this.#steps.measure(harvest, async (show) => {
      await this.#watch.untilDone('The harvest', () => this.#watch.harvestedSince(since), show);
      const layerCount = (await this.#watch.services()).reduce((sum, service) => sum + service.layerCount, 0);
      return `${layerCount} layers`;
    });
    const check = { label: LABELS.check, what: 'Check, with a picture each', unit: 'layers', total: 0 };
    await this.#steps.measure(check, async (show) => {
      await this.#watch.untilDone('The checks', () => this.#watch.checkedSince(since), show);
      return 'two at a time of a host';
    });
  }

  async #index(): Promise<void> {
    const words = { label: LABELS.index, what: 'Index', unit: 'layers', total: 0 };
    await this.#steps.measure(words, async (show) => {
      const { client } = this.#connections;
      const indexAndRead = async () => {
        const progress = await this.#watch.indexed();
        // One that runs already may have begun before the last check. What waits is not enqueued twice.
        if (progress.done < progress.total) await client.runTask('index_cached');
        return progress;
      };
      await this.#watch.untilDone('The index', indexAndRead, show);
      return 'claimed and written in one transaction';
    });
  }

  async #search(): Promise<void> {
    const { client } = this.#connections;
    const found = await client.search({ 'q.text': WORDS, 'd.docs.limit': '3', 'a.user.limit': '5' });
    const titles = found['d.docs'].map(({ title }) => title);
    this.#say(
      `A search for "${WORDS}" finds ${counted(found['a.matchDocs'], 'layer')}: ${titles.join('; ')}`,
    );
    const records = await client.csw({
      service: 'CSW',
      version: '2.0.2',
      request: 'GetRecords',
      typeNames: 'csw:Record',
      elementSetName: 'brief',
      resultType: 'results',
      constraintLanguage: 'CQL_TEXT',
      constraint_language_version: '1.1.0',
      constraint: `csw:AnyText LIKE '%${WORDS}%'`,
    });
    const [, matched] = /numberOfRecordsMatched="(\d+)"/.exec(records) ?? [];
    if (found['a.matchDocs'] === 0 || matched === undefined || matched === '0') {
      throw new DemoError(`A search finds ${found['a.matchDocs']} layers, and CSW ${matched ?? 'refuses'}`);
    }
    this.#say(`CSW GetRecords with AnyText LIKE '%${WORDS}%' matches ${counted(Number(matched), 'record')}.`);
  }

  /** Stores a picture with a map of each layer. Returns its path. */
  async #storePicture(): Promise<string> {
    const { directory } = this.#context;
    const layers = await this.#watch.layers();
    const path = join(directory, `maps-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}.png`);
    const words = {
      label: LABELS.pictures,
      what: 'Draw through the proxy',
      unit: 'maps',
      total: layers.length,
    };
    await this.#steps.measure(words, async (show) => {
      const maps: Uint8Array[] = [];
      for (const { id, name, box } of layers) {
        maps.push(await this.#connections.client.map(id, { ...mapWindow(box), layers: name }));
        show(maps.length);
      }
      await mkdir(directory, { recursive: true });
      await writeContactSheet(maps, path);
      return 'WMS, from WMS, tiles and Esri alike';
    });
    return path;
  }

  /** Breaks the server of WMS for as long as its layers are checked again. */
  async #breakOneServer(): Promise<void> {
    const services = await this.#watch.services();
    const broken = services.find(({ type }) => type === BROKEN_TYPE);
    if (!broken) throw new DemoError(`No service is of the type ${BROKEN_TYPE}`);
    const before = await this.#watch.reliability();
    const words = {
      label: LABELS.again,
      what: `Check ${new URL(broken.url).host}, broken`,
      unit: 'layers',
      total: broken.layerCount,
    };
    await this.#control(broken, 'break-down/error');
    try {
      await this.#steps.measure(words, async (show) => {
        const since = new Date();
        await this.#checkNow([broken]);
        await this.#watch.untilDone('The checks', () => this.#watch.checkedSince(since, broken.id), show);
        return 'each fails, with the reason';
      });
    } finally {
      await this.#control(broken, 'mend');
    }
    this.#showReliability(services, before, await this.#watch.reliability());
  }

  #showReliability(
    services: readonly WatchedService[],
    before: readonly Reliability[],
    after: readonly Reliability[],
  ): void {
    const rows = services.map(({ id, title, type }) => {
      const then = before.find(({ serviceId }) => serviceId === id);
      const now = after.find(({ serviceId }) => serviceId === id);
      return [title, type, percent(then), percent(now), String(now?.checkCount ?? 0), now?.lastMessage ?? ''];
    });
    const columns = [
      { title: 'Service' },
      { title: 'Kind' },
      { title: 'Before', align: 'right' },
      { title: 'After', align: 'right' },
      { title: 'Checks', align: 'right' },
      { title: 'The last one' },
    ] as const;
    this.#context.output.write(`\n${formatPlainTable(columns, rows)}\n`);
  }

  async #checkNow(services: readonly WatchedService[]): Promise<void> {
    for (const { id } of services) await this.#connections.client.checkService(id);
  }

  async #control({ url }: WatchedService, command: string): Promise<void> {
    const response = await fetch(new URL(`/stand-in/${command}`, url), { method: 'POST' });
    if (!response.ok) throw new DemoError(`${url} is not one of the sandbox's servers`);
  }

  #conclude(picture: string, seconds: number): void {
    const { output, staysUp, apiUrl, adminUrl } = this.#context;
    const facts: readonly (readonly [string, string])[] = [
      ['Registry', `${apiUrl}/registry/hypermap/`],
      ['Search', `${apiUrl}/registry/hypermap/search/`],
      ['Picture', shownPath(picture)],
      ...(staysUp ? ([['Admin', `${adminUrl}/`]] as const) : []),
    ];
    const heading = `three map servers, found, checked and searched in ${seconds.toFixed(2)} s`;
    output.write(formatDemoEnd({ heading, table: formatDoneLines(this.#steps.done), facts }));
  }

  #say(sentence: string): void {
    this.#context.output.write(`  ${sentence}\n`);
  }
}

function percent(reliability: Reliability | undefined): string {
  if (!reliability || reliability.checkCount === 0) return '–';
  return `${((100 * reliability.successCount) / reliability.checkCount).toFixed(1)} %`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
