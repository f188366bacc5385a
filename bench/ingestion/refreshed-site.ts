import type { EmbeddedPostgres } from '../../src/standalone/postgres.ts';
import { IngestionSite } from '../../test/apps/ingestion/ingestion-site.ts';
import { eventually } from '../../test/support/eventually.ts';
import { processorSeconds } from '../queue/processor-time.ts';
import { addLiveIndexes, makeLiveTables, makeUpstreamTable } from './image-tables.ts';
import { LiveReaders, type ReadFigures } from './live-readers.ts';
import { LockWatch } from './lock-watch.ts';
import { childrenOf, PeakMemory } from './peak-memory.ts';

/** Rows that the live table has before the first refresh. */
const LIVE_ROWS = 20_000;

/** Rows that are not listed as deleted; readers read these. */
const FIRST_READ_ID = 1_001;

/** The name of a kind of process, of those whose memory is measured. */
export const POSTGRES_SESSION = 'a session of Postgres';

const DEADLINE_MILLISECONDS = 3_600_000;
const LOOK_MILLISECONDS = 50;

/** What a refresh took, from the request until its promotion was done. */
export interface MeasuredRefresh {
  readonly seconds: number;
  /** Of the step that indexes, the index of the words included. */
  readonly documentsPerSecond: number;
  /** Processor time of that step for 100,000 documents: of all our processes, and of Postgres. */
  readonly processorSecondsPer100k: number;
  /** How long the swap kept readers of the live table out. */
  readonly lockedMilliseconds: number;
  /** While the copy was promoted: its indexes and constraints built, and the tables swapped. */
  readonly readsMeanwhile: ReadFigures;
  readonly faults: readonly string[];
  /** The most bytes that a process of each kind had of its own. */
  readonly peakBytes: ReadonlyMap<string, number>;
}

/** A server, an engine with two workers, and databases with images, in which whole refreshes are requested over HTTP. */
export class RefreshedSite {
  readonly #site: IngestionSite;
  readonly #postgresPid: number;
  #refreshes = 0;

  private constructor(site: IngestionSite, postgresPid: number) {
    this.#site = site;
    this.#postgresPid = postgresPid;
  }

  static async start(postgres: EmbeddedPostgres, rows: number): Promise<RefreshedSite> {
    const site = await IngestionSite.start({
      serverUrl: postgres.url,
      silenceTimeoutSeconds: DEADLINE_MILLISECONDS / 1_000,
      environment: { DATA_REFRESH_LIMIT: '0' },
    });
    await makeUpstreamTable(site.upstream.database, rows);
    await makeLiveTables(site.api.database, LIVE_ROWS);
    await addLiveIndexes(site.api.database);
    return new RefreshedSite(site, postgres.pid);
  }

  /** Ingests and promotes, while clients read the live table. */
  async refresh(): Promise<MeasuredRefresh> {
    this.#refreshes += 1;
    const suffix = `bench-${this.#refreshes}`;
    const { server, engine, api, own } = this.#site;
    for (const { database } of [api, own]) await database.raw('CHECKPOINT');
    const memory = new PeakMemory([
      { name: 'the server', pids: async () => [server.pid, ...(await childrenOf(server.pid))] },
      { name: 'the engine', pids: async () => [engine.pid] },
      { name: 'a worker', pids: () => childrenOf(engine.pid) },
      { name: POSTGRES_SESSION, pids: () => childrenOf(this.#postgresPid) },
    ]);
    const readers = new LiveReaders(api.database, { first: FIRST_READ_ID, last: LIVE_ROWS });
    try {
      const began = performance.now();
      const indexing = new ProcessorTime([server.pid, engine.pid, this.#postgresPid]);
      await this.#perform({ model: 'image', action: 'INGEST_UPSTREAM', index_suffix: suffix }, (state) =>
        indexing.countWhile(state === 'indexing'),
      );
      const ingested = performance.now();
      const locks = new LockWatch(api.database);
      await this.#perform({ model: 'image', action: 'PROMOTE', index_suffix: suffix, alias: 'image' });
      const promoted = performance.now();
      const lockedMilliseconds = await locks.stop();
      const { documents, seconds } = await this.#indexed(suffix);
      return {
        seconds: (promoted - began) / 1_000,
        documentsPerSecond: documents / seconds,
        processorSecondsPer100k: (indexing.seconds / documents) * 100_000,
        lockedMilliseconds,
        readsMeanwhile: readers.between(ingested, promoted),
        faults: readers.faults,
        peakBytes: await memory.stop(),
      };
    } finally {
      await readers.stop();
      await memory.stop();
    }
  }

  stop(): Promise<void> {
    return this.#site.stop();
  }

  /** @param onState called with the state of the task, again and again. */
  async #perform(request: object, onState: (state: string) => Promise<void> = async () => {}): Promise<void> {
    const id = await this.#site.post(request);
    const task = await eventually(
      async () => {
        const { body } = await this.#site.send('GET', `/task/${id}`);
        await onState(String(body.state));
        return body.active === false ? body : undefined;
      },
      DEADLINE_MILLISECONDS,
      LOOK_MILLISECONDS,
    );
    if (task.state !== 'ready' && task.state !== 'done') throw new Error(JSON.stringify(task));
  }

  async #indexed(suffix: string): Promise<{ readonly documents: number; readonly seconds: number }> {
    const { rows } = await this.#site.own.database.raw<{ rows: { documents: number; seconds: number }[] }>(
      `SELECT (result ->> 'documents')::float8 AS documents,
         extract(epoch FROM steps.ended - steps.began)::float8 AS seconds
       FROM ingestion.steps JOIN ingestion.refreshes ON refreshes.id = refresh_id
       WHERE name = 'index' AND action = 'INGEST_UPSTREAM' AND index_suffix = ?`,
      [suffix],
    );
    return rows[0] ?? { documents: Number.NaN, seconds: Number.NaN };
  }
}

/** Counts the processor time of processes, with those that they have started, while something goes on. */
class ProcessorTime {
  readonly #pids: readonly number[];
  #before: number | undefined;
  seconds = 0;

  constructor(pids: readonly number[]) {
    this.#pids = pids;
  }

  async countWhile(goesOn: boolean): Promise<void> {
    if (goesOn === (this.#before !== undefined)) return;
    const seconds = await Promise.all(this.#pids.map(processorSeconds));
    const now = seconds.reduce<number>((sum, some) => sum + (some ?? Number.NaN), 0);
    this.seconds += this.#before === undefined ? 0 : now - this.#before;
    this.#before = goesOn ? now : undefined;
  }
}
