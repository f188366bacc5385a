import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/connection.ts';

/** Clients that read at the same time, each with a connection of its own. */
const READERS = 2;

const PAUSE_MILLISECONDS = 2;

/** One read of a row by its id. */
interface Read {
  readonly beganMilliseconds: number;
  readonly tookMilliseconds: number;
}

/** Ids of rows that every generation has, both ends included. */
interface ReadIds {
  readonly first: number;
  readonly last: number;
}

/** How readers fared for a while. */
export interface ReadFigures {
  readonly reads: number;
  readonly longestMilliseconds: number;
}

/** Clients that read rows of the live table at random, again and again. */
export class LiveReaders {
  /** Errors, and rows that were not there. */
  readonly faults: string[] = [];
  readonly #database: Database;
  readonly #ids: ReadIds;
  readonly #reads: Read[] = [];
  readonly #loops: readonly Promise<void>[];
  #isRunning = true;

  /** Begins to read. */
  constructor(database: Database, ids: ReadIds) {
    this.#database = database;
    this.#ids = ids;
    this.#loops = Array.from({ length: READERS }, () => this.#repeat());
  }

  /** Returns how the reads fared that went on between two moments, by the clock of `performance`. */
  between(fromMilliseconds: number, untilMilliseconds: number): ReadFigures {
    const reads = this.#reads.filter(
      ({ beganMilliseconds, tookMilliseconds }) =>
        beganMilliseconds + tookMilliseconds >= fromMilliseconds && beganMilliseconds <= untilMilliseconds,
    );
    return {
      reads: reads.length,
      longestMilliseconds: reads.reduce((longest, read) => Math.max(longest, read.tookMilliseconds), 0),
    };
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  async #repeat(): Promise<void> {
    while (this.#isRunning) {
      const beganMilliseconds = performance.now();
      try {
        await this.#read();
      } catch (error) {
        this.faults.push(String(error));
      }
      this.#reads.push({ beganMilliseconds, tookMilliseconds: performance.now() - beganMilliseconds });
      await pause(PAUSE_MILLISECONDS);
    }
  }

  async #read(): Promise<void> {
    const { first, last } = this.#ids;
    const id = first + Math.floor(Math.random() * (last - first + 1));
    const row = await this.#database('image').where({ id }).first('title', 'url', 'license');
    if (!row) this.faults.push(`There is no row ${id}`);
  }
}
