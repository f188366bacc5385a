import { setTimeout as sleep } from 'node:timers/promises';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { Database } from '../../../../platform/database/connection.ts';

/** How often the database is asked. */
const POLL_MILLISECONDS = 100;

/** How long one thing may take, on a slow machine. */
const DEADLINE_MILLISECONDS = 120_000;

/** A service, as the demo shows it. */
export interface WatchedService {
  readonly id: string;
  readonly host: string;
  readonly title: string;
  readonly type: string;
  readonly url: string;
  readonly layerCount: number;
}

/** A layer that is drawn. */
export interface WatchedLayer {
  readonly id: string;
  readonly name: string;
  /** West, south, east, north, in degrees. */
  readonly box: readonly number[];
}

/** How often a service and its layers were checked, and how well it went. */
export interface Reliability {
  readonly serviceId: string;
  readonly checkCount: number;
  readonly successCount: number;
  readonly lastMessage: string;
}

/** How far something is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** The registry's tables, for the services of some addresses. */
export class RegistryWatch {
  readonly #database: Database;
  readonly #urls: readonly string[];
  readonly #signal: AbortSignal;

  /** @param urls what the addresses of the services begin with. */
  constructor(database: Database, urls: readonly string[], signal: AbortSignal) {
    this.#database = database;
    this.#urls = urls;
    this.#signal = signal;
  }

  /** Waits until everything is done. @throws {DemoError} where it takes too long. */
  async untilDone(
    what: string,
    read: () => Promise<Progress>,
    onProgress: (done: number, total: number) => void,
  ): Promise<void> {
    const deadline = Date.now() + DEADLINE_MILLISECONDS;
    for (;;) {
      const { done, total } = await read();
      onProgress(done, total);
      if (done >= total) return;
      if (Date.now() > deadline) {
        throw new DemoError(`${what} takes too long: ${done} of ${total} are done`);
      }
      await sleep(POLL_MILLISECONDS, undefined, { signal: this.#signal });
    }
  }

  /** Returns the services below the addresses that it watches, in the order in which they were found; 100 at most. */
  services(): Promise<readonly WatchedService[]> {
    return this.#database('map_registry.services')
      .whereRaw('url LIKE ANY (?::text[])', this.#prefixes())
      .orderBy('id')
      .limit(100)
      .select('id', 'host', 'title', 'type', 'url', 'layer_count AS layerCount');
  }

  /** How many services were harvested since a moment. */
  harvestedSince(moment: Date): Promise<Progress> {
    return this.#progress(
      `SELECT count(*) FILTER (WHERE last_check >= ?)::integer AS done, count(*)::integer AS total
       FROM map_registry.services WHERE url LIKE ANY (?::text[])`,
      [moment, this.#prefixes()],
    );
  }

  /** How many layers were checked since a moment. @param serviceId Default: those of all services. */
  checkedSince(moment: Date, serviceId?: string): Promise<Progress> {
    return this.#progress(
      `SELECT count(*) FILTER (WHERE layer.last_check >= ?)::integer AS done, count(*)::integer AS total
       FROM map_registry.layers AS layer JOIN map_registry.services AS service ON service.id = layer.service_id
       WHERE service.url LIKE ANY (?::text[]) AND service.id = coalesce(?::bigint, service.id)
         AND layer.is_monitored AND layer.is_active AND NOT layer.was_deleted`,
      [moment, this.#prefixes(), serviceId ?? null],
    );
  }

  /** How many layers are not noted for the index any more. */
  indexed(): Promise<Progress> {
    return this.#progress(
      `SELECT count(*) FILTER (WHERE noted.layer_id IS NULL)::integer AS done, count(*)::integer AS total
       FROM map_registry.layers AS layer JOIN map_registry.services AS service ON service.id = layer.service_id
       LEFT JOIN map_registry.layers_to_index AS noted ON noted.layer_id = layer.id
       WHERE service.url LIKE ANY (?::text[])`,
      [this.#prefixes()],
    );
  }

  /** Of each service and its layers together. */
  async reliability(): Promise<readonly Reliability[]> {
    const { rows } = await this.#database.raw<{ rows: Reliability[] }>(
      `SELECT service.id AS "serviceId", coalesce(service.last_message, '') AS "lastMessage",
         (service.check_count + coalesce(sum(layer.check_count), 0))::integer AS "checkCount",
         (service.success_count + coalesce(sum(layer.success_count), 0))::integer AS "successCount"
       FROM map_registry.services AS service LEFT JOIN map_registry.layers AS layer ON layer.service_id = service.id
       WHERE service.url LIKE ANY (?::text[]) GROUP BY service.id ORDER BY service.id`,
      [this.#prefixes()],
    );
    return rows;
  }

  /** The layers that can be drawn. */
  async layers(): Promise<readonly WatchedLayer[]> {
    const { rows } = await this.#database.raw<{ rows: WatchedLayer[] }>(
      `SELECT layer.id, layer.name, ARRAY[layer.min_x, layer.min_y, layer.max_x, layer.max_y] AS box
       FROM map_registry.layers AS layer JOIN map_registry.services AS service ON service.id = layer.service_id
       WHERE service.url LIKE ANY (?::text[]) AND layer.is_valid AND NOT layer.was_deleted ORDER BY layer.id LIMIT 60`,
      [this.#prefixes()],
    );
    return rows;
  }

  /** Patterns of `LIKE`, as one parameter. */
  #prefixes(): string {
    return arrayLiteral(this.#urls.map((url) => `${url.replaceAll('_', String.raw`\_`)}%`));
  }

  async #progress(sql: string, bindings: readonly (string | Date | null)[]): Promise<Progress> {
    const { rows } = await this.#database.raw<{ rows: Progress[] }>(sql, [...bindings]);
    return rows[0] ?? { done: 0, total: 0 };
  }
}
