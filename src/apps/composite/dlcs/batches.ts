import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { storableJson } from '../../../platform/database/storable-text.ts';
import { parseExactObject } from '../../../platform/exact-json.ts';
import { HYDRA_CONTEXT } from '../members/composite-schema.ts';
import type { KnownBatch } from './batch-search.ts';
import type { DlcsBatchAnswer, JsonObject } from './dlcs-client.ts';

/** What is inserted with one statement: few statements, and little in memory. */
const BATCHES_IN_ONE_INSERT = 10;
const CHARACTERS_IN_ONE_INSERT = 8 * 1024 * 1024;

/** The state of a batch: not posted; posted, its response not known; the DLCS has it. */
export type BatchState = 'pending' | 'posting' | 'accepted';

/** A batch on its way to the DLCS. */
export interface PostedBatch {
  readonly id: string;
  /** From 0. */
  readonly position: number;
  /** The `hydra:Collection` of images; numbers that a double does not hold are `RawJson`. */
  readonly request: JsonObject;
  /** When it was posted, by Postgres's clock. */
  readonly postedEpochSeconds: number;
  /** How long ago that was when the batch was read, by the same clock. */
  readonly secondsSincePosted: number;
}

/** How many batches of a member are in each state. */
export type BatchCounts = Readonly<Record<BatchState, number>>;

/**
 * Stores the requests of a member in place of those it may have, all or none.
 *
 * @param images the member's images in page order; they are read as they are stored.
 * @returns how many batches there are.
 */
export async function storeBatches(
  transaction: Knex.Transaction,
  memberId: string,
  images: AsyncIterable<JsonObject>,
  batchSize: number,
): Promise<number> {
  await transaction('composite.batches').where({ member_id: memberId }).delete();
  let position = 0;
  let rows: object[] = [];
  let rowCharacters = 0;
  let member: JsonObject[] = [];
  const closeBatch = () => {
    if (member.length === 0) return;
    const request = JSON.stringify({ '@context': HYDRA_CONTEXT, '@type': 'Collection', member });
    rows.push({ member_id: memberId, position, request });
    rowCharacters += request.length;
    position += 1;
    member = [];
  };
  const flush = async () => {
    if (rows.length > 0) await transaction('composite.batches').insert(rows);
    rows = [];
    rowCharacters = 0;
  };
  for await (const image of images) {
    member.push(image);
    if (member.length === batchSize) closeBatch();
    if (rows.length === BATCHES_IN_ONE_INSERT || rowCharacters > CHARACTERS_IN_ONE_INSERT) await flush();
  }
  closeBatch();
  await flush();
  return position;
}

/** Counts a member's batches by state. */
export async function countBatches(database: Database, memberId: string): Promise<BatchCounts> {
  const rows: { state: BatchState; count: string }[] = await database('composite.batches')
    .where({ member_id: memberId })
    .groupBy('state')
    .select('state')
    .count({ count: '*' });
  const countOf = (state: BatchState) => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { pending: countOf('pending'), posting: countOf('posting'), accepted: countOf('accepted') };
}

const POSTED_COLUMNS = [
  'id',
  'position',
  'request::text AS request',
  // As a number: the clock that is compared with is the DLCS's, so microseconds do not matter.
  'extract(epoch FROM posted)::float8 AS "postedEpochSeconds"',
  'extract(epoch FROM clock_timestamp() - posted)::float8 AS "secondsSincePosted"',
].join(', ');

type BatchRow = Omit<PostedBatch, 'request'> & { readonly request: string };

function asPosted(row: BatchRow): PostedBatch {
  return { ...row, request: parseExactObject(row.request) };
}

/** The first batch whose response is not known: a crash or a lost connection came between. */
export async function findUnansweredBatch(
  database: Database,
  memberId: string,
): Promise<PostedBatch | undefined> {
  const row: BatchRow | undefined = await database('composite.batches')
    .where({ member_id: memberId, state: 'posting' })
    .orderBy('position')
    .first(database.raw(POSTED_COLUMNS));
  return row && asPosted(row);
}

/** Marks the first pending batch as posted, before it is: so it is not posted again without asking the DLCS. */
export async function takePendingBatch(
  database: Database,
  memberId: string,
): Promise<PostedBatch | undefined> {
  const first = database('composite.batches')
    .where({ member_id: memberId, state: 'pending' })
    .orderBy('position')
    .limit(1)
    .select('id');
  const rows: BatchRow[] = await database('composite.batches')
    .where('id', first)
    .update({ state: 'posting', posted: database.raw('clock_timestamp()') })
    .returning(database.raw(POSTED_COLUMNS));
  return rows[0] && asPosted(rows[0]);
}

/** Notes that the DLCS does not have a batch, surely. */
export async function returnBatch(database: Database, batchId: string): Promise<void> {
  await database('composite.batches').where({ id: batchId }).update({ state: 'pending', posted: null });
}

/** Stores what the DLCS returned for a batch that it has. */
export async function acceptBatch(
  database: Database,
  batchId: string,
  answer: DlcsBatchAnswer,
): Promise<void> {
  await database('composite.batches')
    .where({ id: batchId })
    .update({ state: 'accepted', uri: answer.uri, response: storableJson(answer.body) });
}

/** The DLCS's responses to a member's batches, in batch order. */
export async function readAnswers(database: Database, memberId: string): Promise<JsonObject[]> {
  const rows: { response: JsonObject }[] = await database('composite.batches')
    .where({ member_id: memberId, state: 'accepted' })
    .orderBy('position')
    .select('response');
  return rows.map(({ response }) => response);
}

/**
 * Whether a folder is a member's alone, so that what it holds beyond the member's own pages is not used. It is
 * not if
 *
 * - the member's batches name other pages than settings of today do, as they were stored under others;
 * - a version that was handed over after it, or in part, has pages there.
 *
 * @param firstPageUrl of the member, by the settings of today.
 */
export async function ownsFolder(
  database: Database,
  memberId: string,
  firstPageUrl: string,
): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { owns: boolean }[] }>(
    `SELECT NOT EXISTS (
       SELECT FROM composite.batches AS other JOIN composite.members ON members.id = other.member_id
       WHERE regexp_replace(other.request #>> '{member,0,origin}', '[^/]*$', '') = :folderUrl
         AND other.position = 0 AND other.member_id <> own.member_id
         AND CASE WHEN members.status = 'COMPLETED' THEN other.created > own.created
           ELSE EXISTS (SELECT FROM composite.batches WHERE member_id = other.member_id AND state <> 'pending') END
     ) AS owns
     FROM composite.batches AS own
     WHERE own.member_id = :memberId AND own.position = 0
       AND own.request #>> '{member,0,origin}' = :firstPageUrl`,
    { memberId, firstPageUrl, folderUrl: firstPageUrl.replace(/[^/]*$/, '') },
  );
  return rows[0]?.owns === true;
}

/** The accepted batches that have one of these URIs; a DLCS that lost its data may have given one twice. */
export async function findKnownBatches(database: Database, uris: readonly string[]): Promise<KnownBatch[]> {
  return database('composite.batches')
    .whereIn('uri', uris)
    .select('uri', database.raw("response -> 'submitted' AS submitted"));
}
