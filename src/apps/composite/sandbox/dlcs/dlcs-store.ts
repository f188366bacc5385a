import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

/** An image as it was posted to the queue, with all fields it had. */
export type PostedImage = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly space: number;
};

/** A batch as it is kept. */
export interface StoredBatch {
  readonly id: number;
  readonly customer: number;
  /** When it was taken, and when its images are ready; ISO 8601. */
  readonly submitted: string;
  readonly finished: string;
  readonly count: number;
  /** Whether each of its images was posted again, in a later batch. */
  readonly superseded: boolean;
}

/** A part of a long list. */
export interface Slice {
  readonly limit: number;
  readonly offset: number;
}

/** Which batches of a customer: all, those still in work, or those finished lately. */
export type BatchSelection = 'all' | 'active' | 'recent';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer INTEGER NOT NULL,
    submitted TEXT NOT NULL,
    finished TEXT NOT NULL,
    count INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS batches_of_customer ON batches (customer, id);
  CREATE INDEX IF NOT EXISTS batches_by_finish ON batches (customer, finished);
  CREATE TABLE IF NOT EXISTS images (
    batch_id INTEGER NOT NULL REFERENCES batches (id),
    position INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    space INTEGER NOT NULL,
    image_id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (batch_id, position)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS images_by_id ON images (customer, space, image_id, batch_id);
`;

const BATCH_COLUMNS = `
  b.id, b.customer, b.submitted, b.finished, b.count,
  NOT EXISTS (
    SELECT 1 FROM images i WHERE i.batch_id = b.id AND NOT EXISTS (
      SELECT 1 FROM images later
      WHERE later.customer = i.customer AND later.space = i.space AND later.image_id = i.image_id
        AND later.batch_id > i.batch_id
    )
  ) AS superseded
`;

const SELECTIONS: Record<BatchSelection, string> = {
  all: ':now IS NOT NULL',
  active: 'b.finished > :now',
  recent: 'b.finished <= :now',
};

/** The sandbox DLCS's memory: batches and their images, in one SQLite file, which may be opened again after any end. */
export class SandboxDlcsStore {
  readonly #database: DatabaseSync;

  /** @param dataFile the file, made where it does not exist; without it everything is gone with the store. */
  constructor(dataFile: string | undefined) {
    if (dataFile !== undefined) mkdirSync(dirname(dataFile), { recursive: true });
    this.#database = new DatabaseSync(dataFile ?? ':memory:');
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000;');
    this.#database.exec(SCHEMA);
  }

  /** Keeps a batch, whole or not at all; it is finished `processingMilliseconds` later. */
  addBatch(customer: number, images: readonly PostedImage[], processingMilliseconds: number): StoredBatch {
    const submitted = new Date();
    const finished = new Date(submitted.getTime() + processingMilliseconds).toISOString();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const { lastInsertRowid } = this.#database
        .prepare('INSERT INTO batches (customer, submitted, finished, count) VALUES (?, ?, ?, ?)')
        .run(customer, submitted.toISOString(), finished, images.length);
      const id = Number(lastInsertRowid);
      const insert = this.#database.prepare(
        'INSERT INTO images (batch_id, position, customer, space, image_id, body) VALUES (?, ?, ?, ?, ?, ?)',
      );
      for (const [position, image] of images.entries()) {
        insert.run(id, position, customer, image.space, image.id, JSON.stringify(image));
      }
      this.#database.exec('COMMIT');
      return {
        id,
        customer,
        submitted: submitted.toISOString(),
        finished,
        count: images.length,
        superseded: false,
      };
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** One batch of a customer. */
  batch(customer: number, id: number): StoredBatch | undefined {
    const row = this.#database
      .prepare(`SELECT ${BATCH_COLUMNS} FROM batches b WHERE b.customer = ? AND b.id = ?`)
      .get(customer, id);
    return row && toBatch(row);
  }

  /** A customer's batches, newest first, and how many there are in all. */
  batches(
    customer: number,
    selection: BatchSelection,
    slice: Slice,
  ): { batches: StoredBatch[]; total: number } {
    const condition = `b.customer = :customer AND ${SELECTIONS[selection]}`;
    const { limit, offset } = slice;
    const parameters = { customer, now: new Date().toISOString() };
    const rows = this.#database
      .prepare(
        `SELECT ${BATCH_COLUMNS} FROM batches b WHERE ${condition} ORDER BY b.id DESC LIMIT :limit OFFSET :offset`,
      )
      .all({ ...parameters, limit, offset });
    const counted = this.#database
      .prepare(`SELECT count(*) AS total FROM batches b WHERE ${condition}`)
      .get(parameters);
    return { batches: rows.map(toBatch), total: Number(counted?.['total']) };
  }

  /** The images of a batch in the order in which they were posted, as they were posted. */
  images(batchId: number, slice: Slice): PostedImage[] {
    return this.#database
      .prepare('SELECT body FROM images WHERE batch_id = ? ORDER BY position LIMIT ? OFFSET ?')
      .all(batchId, slice.limit, slice.offset)
      .map(({ body }) => JSON.parse(String(body)) as PostedImage);
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}

function toBatch(row: Record<string, SQLOutputValue>): StoredBatch {
  return {
    id: Number(row['id']),
    customer: Number(row['customer']),
    submitted: String(row['submitted']),
    finished: String(row['finished']),
    count: Number(row['count']),
    superseded: row['superseded'] === 1,
  };
}
