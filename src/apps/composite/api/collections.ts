import { randomUUID } from 'node:crypto';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { queueSettings } from '../../../queue/index.ts';
import type { Composite } from '../members/composite-schema.ts';
import { PAGES_DONE_SQL } from '../members/page-progress.ts';
import { sealOrigin } from '../origin/sealed-origin.ts';
import { fairnessKeyOf, processMember } from '../tasks.ts';

/** A member as the API shows it. */
export interface MemberBody {
  readonly id: string;
  readonly status: string;
  /** ISO 8601, UTC, six fractional digits; as is `last_updated`. */
  readonly created: string;
  readonly last_updated: string;
  readonly progress?: { readonly pages_done: number; readonly pages_total: number };
  readonly image_count?: number;
  readonly dlcs_uris?: readonly string[];
  readonly error?: string;
}

/** A collection as the API shows it, its members in the order of submission. */
export interface CollectionBody {
  readonly id: string;
  /** Whether it was submitted to the priority queue. */
  readonly priority: boolean;
  readonly members: readonly MemberBody[];
}

interface MemberRow {
  readonly id: string;
  readonly status: string;
  readonly created: string;
  readonly last_updated: string;
  readonly image_count: number | null;
  readonly error: string | null;
  readonly pages_done: number;
  readonly pages_total: number | null;
  readonly dlcs_uris: readonly string[] | null;
}

/** What callers submitted: stores it together with its tasks, and reads it as the API shows it. */
export class Collections {
  readonly #context: AppContext;

  constructor(context: AppContext) {
    this.#context = context;
  }

  /**
   * Stores a collection and queues a task for each member: all of it, or nothing. The number of statements
   * does not depend on that of the members.
   *
   * @param authorization the caller's `Authorization` header, which the tasks need; it is stored sealed, as are origins
   *   that hold a credential.
   * @param isPriority whether it goes first: in the queue of its own, if there is one, and at the DLCS.
   */
  async add(
    customer: number,
    composites: readonly Composite[],
    authorization: string,
    isPriority = false,
  ): Promise<CollectionBody> {
    const { platform, queue } = this.#context;
    const collectionId = randomUUID();
    const memberIds = composites.map(() => randomUUID());
    const taskIds = composites.map(() => randomUUID());
    const stored = composites.map((composite, index) => {
      const origin = sealOrigin(composite.origin, memberIds[index] ?? '', platform.secretBox);
      return { composite: { ...composite, origin: origin.shown }, sealedOrigin: origin.sealed };
    });
    const calls = memberIds.map((memberId, index) => ({
      args: { memberId, authorization },
      options: {
        id: taskIds[index] ?? randomUUID(),
        group: collectionId,
        fairnessKey: fairnessKeyOf(customer),
      },
    }));
    return platform.database.transaction(async (transaction) => {
      await transaction('composite.collections').insert({ id: collectionId, customer, priority: isPriority });
      // One parameter of JSON, instead of one for each value: Postgres takes 65,535 of them.
      await transaction.raw(
        `INSERT INTO composite.members (id, collection_id, position, composite, sealed_origin, task_id)
         SELECT id, ?, number - 1, stored -> 'composite', stored ->> 'sealedOrigin', task_id
         FROM ROWS FROM (unnest(?::uuid[]), jsonb_array_elements(?::jsonb), unnest(?::uuid[]))
           WITH ORDINALITY AS submitted (id, stored, task_id, number)`,
        [collectionId, memberIds, JSON.stringify(stored), taskIds],
      );
      const { priorityQueueName } = platform.settingsOf(queueSettings);
      const cluster = isPriority ? priorityQueueName : undefined;
      await queue.asyncTasks(processMember, calls, { transaction, cluster });
      // Before it commits: a worker may have the first task a moment later.
      return this.#read(transaction, collectionId);
    });
  }

  /** The customer that a collection, or one member of it, belongs to; `undefined` if there is none. */
  async customerOf(collectionId: string, memberId?: string): Promise<number | undefined> {
    const query = this.#context.platform
      .database('composite.collections')
      .first<{ customer: number } | undefined>('customer')
      .where('collections.id', collectionId);
    if (memberId !== undefined) {
      query
        .join('composite.members', 'members.collection_id', 'collections.id')
        .where('members.id', memberId);
    }
    return (await query)?.customer;
  }

  /** A collection with its members; without any where there is no such collection. */
  read(collectionId: string): Promise<CollectionBody> {
    return this.#read(this.#context.platform.database, collectionId);
  }

  async #read(database: DatabaseOrTransaction, collectionId: string): Promise<CollectionBody> {
    const rows = await this.#members(database, collectionId).orderBy('position');
    const collection = await database('composite.collections')
      .first<{ priority: boolean } | undefined>('priority')
      .where({ id: collectionId });
    return {
      id: this.#uriOf(collectionId),
      priority: collection?.priority ?? false,
      members: rows.map((row) => this.#memberBody(collectionId, row)),
    };
  }

  /** One member; `undefined` if the collection has none such. */
  async readMember(collectionId: string, memberId: string): Promise<MemberBody | undefined> {
    const [row] = await this.#members(this.#context.platform.database, collectionId).where({
      id: memberId,
    });
    return row && this.#memberBody(collectionId, row);
  }

  #members(database: DatabaseOrTransaction, collectionId: string) {
    return database('composite.members')
      .select<MemberRow[]>(
        'id',
        'status',
        isoTimestamp(database, 'members.created', 'created'),
        isoTimestamp(database, 'members.last_updated', 'last_updated'),
        'image_count',
        'error',
        database.raw(`${PAGES_DONE_SQL} AS pages_done`),
        'pages_total',
        database.raw(
          `CASE WHEN status = 'COMPLETED' THEN
             (SELECT array_agg(batches.uri ORDER BY batches.position) FROM composite.batches WHERE member_id = members.id AND state = 'accepted')
           END AS dlcs_uris`,
        ),
      )
      .where({ collection_id: collectionId });
  }

  #uriOf(collectionId: string): string {
    return `${this.#context.platform.settings.web.baseUrl}/collections/${collectionId}`;
  }

  #memberBody(collectionId: string, row: MemberRow): MemberBody {
    return {
      id: `${this.#uriOf(collectionId)}/members/${row.id}`,
      status: row.status,
      created: row.created,
      last_updated: row.last_updated,
      ...(row.pages_total === null
        ? {}
        : { progress: { pages_done: row.pages_done, pages_total: row.pages_total } }),
      ...(row.image_count === null ? {} : { image_count: row.image_count }),
      ...(row.dlcs_uris === null ? {} : { dlcs_uris: row.dlcs_uris }),
      ...(row.error === null ? {} : { error: row.error }),
    };
  }
}
