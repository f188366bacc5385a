import { setTimeout as pause } from 'node:timers/promises';
import type { SearchEngine } from '../../../src/apps/ingestion/search-engines/search-engine.ts';
import type { Database } from '../../../src/platform/database/connection.ts';
import { within } from '../../../src/platform/deadline.ts';

/** A read that takes longer counts as failed. */
const LONGEST_READ_MILLISECONDS = 20_000;

/** Between two reads. Readers without pauses would take a processor for themselves. */
const SHORT_PAUSE_MILLISECONDS = 2;
const LONG_PAUSE_MILLISECONDS = 25;

/** What was seen of one generation of rows. */
export interface SeenGeneration {
  readonly rows: number;
  /** To how many indexes the alias pointed while these rows were live. */
  readonly indexCount: number;
  /** What the alias found. */
  readonly documents: number;
}

/**
 * Readers of the live table `image` and searchers of the alias `image`, which never stop, and note what should not be. The search
 * engine is `postgres`.
 */
export class LiveReaders {
  /** Errors, and results that no whole generation has. */
  readonly faults: string[] = [];
  /** Whether nobody can read at the moment, as the database is down. */
  isDown = false;
  /** Whether what is live may change now: they read much more often then. */
  isChanging = false;
  readonly #database: Database;
  readonly #searchEngine: SearchEngine;
  /** The indexes that the alias pointed to, by the number of live rows at the same moment. */
  readonly #indexes = new Map<number, Set<string>>();
  readonly #totals = new Set<number>();
  #isRunning = false;
  #loops: readonly Promise<void>[] = [];

  constructor(database: Database, searchEngine: SearchEngine) {
    this.#database = database;
    this.#searchEngine = searchEngine;
  }

  start(): void {
    this.#isRunning = true;
    this.#loops = [this.#repeat(() => this.#read()), this.#repeat(() => this.#search())];
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  /** Returns the generations that were seen since the last call, those with fewer rows first. */
  takeSeen(): readonly SeenGeneration[] {
    const totals = [...this.#totals].toSorted((one, other) => one - other);
    const seen = [...this.#indexes].toSorted(([one], [other]) => one - other);
    this.#indexes.clear();
    this.#totals.clear();
    if (totals.length !== seen.length) this.faults.push(`Searches found ${totals.join(', ')}`);
    return seen.map(([rows, indexes], at) => ({
      rows,
      indexCount: indexes.size,
      documents: totals[at] ?? 0,
    }));
  }

  async #repeat(look: () => Promise<void>): Promise<void> {
    while (this.#isRunning) {
      const wasDown = this.isDown;
      try {
        await look();
      } catch (error) {
        if (!wasDown && !this.isDown) this.faults.push(String(error));
      }
      await pause(this.isChanging ? SHORT_PAUSE_MILLISECONDS : LONG_PAUSE_MILLISECONDS);
    }
  }

  /** One statement sees the table and the alias of one moment. */
  async #read(): Promise<void> {
    const query = this.#database.raw<{
      rows: { generations: number; count: number; indexName: string }[];
    }>(
      `SELECT count(DISTINCT category)::integer AS generations, count(*)::integer AS count,
         (SELECT index_name FROM search.aliases WHERE alias = 'image') AS "indexName"
       FROM public.image`,
    );
    const { rows } = await query.timeout(LONGEST_READ_MILLISECONDS);
    const [row] = rows;
    if (row?.generations !== 1 || row.indexName === null) {
      this.faults.push(`The live table has ${JSON.stringify(row)}`);
      return;
    }
    const indexes = this.#indexes.get(row.count) ?? new Set();
    this.#indexes.set(row.count, indexes.add(row.indexName));
  }

  async #search(): Promise<void> {
    const { total } = await within(
      LONGEST_READ_MILLISECONDS,
      this.#searchEngine.search('image', { limit: 1 }),
    );
    this.#totals.add(total);
  }
}
