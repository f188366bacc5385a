import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../../platform/database/connection.ts';
import { errorMessage } from '../../../../platform/error-message.ts';
import type { SearchEngine, SearchHits } from '../../search-engines/search-engine.ts';

/** What readers and searches see at one moment. */
export interface LiveState {
  readonly rows: number;
  /** Of all ids, titles and moments of change. */
  readonly digest: string;
  /** The index that the alias points to; undefined if there is no alias. */
  readonly indexName: string | undefined;
  readonly documents: number;
  readonly hits: number;
}

/** The live table and the alias, as readers and searches have them. */
export class LiveSide {
  readonly #database: Database;
  readonly #searchEngine: SearchEngine;
  readonly #alias: string;

  constructor(database: Database, searchEngine: SearchEngine, alias: string) {
    this.#database = database;
    this.#searchEngine = searchEngine;
    this.#alias = alias;
  }

  /** Searches by the alias; undefined if there is none yet. */
  async search(words: string): Promise<SearchHits | undefined> {
    const described = await this.#searchEngine.describe(this.#alias);
    if (described.kind === 'missing') return undefined;
    return this.#searchEngine.search(this.#alias, { words, limit: 3 });
  }

  /** Returns the titles of rows, in the order of the ids. */
  async titlesOf(ids: readonly string[]): Promise<readonly string[]> {
    return this.#database('image')
      .whereRaw('id = ANY (?::bigint[])', [[...ids]])
      .orderBy('id')
      .pluck<string[]>('title');
  }

  /** Looks at all that readers and searches see. */
  async look(words: string): Promise<LiveState> {
    const { rows: found } = await this.#database.raw<{ rows: Pick<LiveState, 'rows' | 'digest'>[] }>(
      `SELECT count(*)::integer AS rows,
         md5(sum(hashtextextended(concat_ws('|', id, title, updated_on), 0))::text) AS digest
       FROM image`,
    );
    const [table = { rows: 0, digest: '' }] = found;
    const described = await this.#searchEngine.describe(this.#alias);
    if (described.kind !== 'alias') return { ...table, indexName: undefined, documents: 0, hits: 0 };
    const [documents, hits] = await Promise.all([this.#searchEngine.count(this.#alias), this.search(words)]);
    return { ...table, indexName: described.indexName, documents, hits: hits?.total ?? 0 };
  }
}

/** How readers fared. */
export interface ReaderFigures {
  readonly reads: number;
  readonly errors: readonly string[];
  readonly longestMilliseconds: number;
}

const PAUSE_MILLISECONDS = 10;

/** Reads a row of the live table, and searches, again and again until the signal fires; faults are counted, and do not end it. */
export async function keepReading(
  database: Database,
  live: LiveSide,
  words: string,
  signal: AbortSignal,
): Promise<ReaderFigures> {
  let reads = 0;
  let longestMilliseconds = 0;
  const errors: string[] = [];
  while (!signal.aborted) {
    const started = performance.now();
    try {
      await database('image')
        .where('id', 1 + (reads % 1_000))
        .first('title');
      if (reads % 20 === 0) await live.search(words);
    } catch (error) {
      errors.push(errorMessage(error));
    }
    reads += 1;
    longestMilliseconds = Math.max(longestMilliseconds, performance.now() - started);
    await sleep(PAUSE_MILLISECONDS);
  }
  return { reads, errors, longestMilliseconds };
}
