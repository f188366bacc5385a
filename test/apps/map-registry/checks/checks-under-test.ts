import { eventually } from '../../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../../support/node-process.ts';
import { RegistryService } from '../registry-service.ts';
import type { CountingHost } from './counting-host.ts';

/** The map registry with real engines that check layers of some hosts. */
export class ChecksUnderTest {
  readonly site: RegistryService;
  readonly engines: NodeProcess[] = [];

  private constructor(site: RegistryService) {
    this.site = site;
  }

  static async open(): Promise<ChecksUnderTest> {
    return new ChecksUnderTest(await RegistryService.start());
  }

  async close(): Promise<void> {
    for (const engine of this.engines) engine.kill('SIGKILL');
    await Promise.all(this.engines.map(({ ended }) => ended));
    await this.site.stop();
  }

  /** Starts an engine, and waits until it takes tasks. */
  async startEngine(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const engine = startNodeProcess(new URL('../../../../dist/engine.js', import.meta.url), {
      INSTALLED_APPS: 'map-registry',
      DATABASE_URL: this.site.platform.settings.databaseUrl,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      REGISTRY_ALLOWED_NETWORKS: 'loopback',
      // Nothing listens there: thumbnails are passed over.
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      LOG_LEVEL: 'info',
      ...environment,
    });
    this.engines.push(engine);
    await engine.waitForLine(({ msg }) => msg === 'engine started');
  }

  /** Stores a WMS at each host with so many layers, and enqueues the check of each layer. Returns the ids of the layers. */
  async enqueueChecks(hosts: readonly CountingHost[], layersOfEach: number): Promise<readonly string[]> {
    const { platform, tasks } = this.site;
    return platform.database.transaction(async (transaction) => {
      await transaction.raw(
        `INSERT INTO map_registry.services (catalog_id, type, url, host)
         SELECT catalogs.id, 'OGC:WMS', host.url, host.address
         FROM map_registry.catalogs, jsonb_to_recordset(?::jsonb) AS host (url text, address text)
         ON CONFLICT DO NOTHING`,
        [JSON.stringify(hosts.map(({ url, address }) => ({ url, address })))],
      );
      const { rows } = await transaction.raw<{ rows: { layerId: string; host: string }[] }>(
        `WITH layer AS (
           INSERT INTO map_registry.layers (catalog_id, service_id, name, drawing)
           SELECT catalog_id, id, gen_random_uuid()::text, jsonb_build_object('mapUrl', url || '/wms', 'version', '1.1.1',
             'layer', 'a', 'format', 'image/png', 'systems', '["EPSG:4326"]'::jsonb)
           FROM map_registry.services, generate_series(1, ?) WHERE url = ANY (?::text[])
           RETURNING id, service_id
         )
         SELECT layer.id AS "layerId", host FROM layer JOIN map_registry.services ON services.id = service_id ORDER BY layer.id`,
        [layersOfEach, hosts.map(({ url }) => url)],
      );
      await tasks.checkLayers(transaction, rows);
      return rows.map(({ layerId }) => layerId);
    });
  }

  /** Resolves when each layer was checked. Returns how often each was, and how often that went well. */
  async checked(
    layerIds: readonly string[],
    deadlineMilliseconds?: number,
  ): Promise<readonly { readonly checkCount: string; readonly successCount: string }[]> {
    const { database } = this.site.platform;
    const layers = () => database('map_registry.layers').whereIn('id', layerIds);
    await eventually(
      async () => (await layers().where({ check_count: 0 }).first('id')) === undefined,
      deadlineMilliseconds,
    );
    return layers().orderBy('id').select('check_count AS checkCount', 'success_count AS successCount');
  }
}
