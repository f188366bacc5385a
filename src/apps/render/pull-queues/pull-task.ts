/** A task in a pull queue. Times are microseconds since 1970. */
export interface PullTask {
  /** The key of its row; clients do not see it. */
  readonly rowId: string;
  /** The id that clients know, unique in its queue. */
  readonly id: string;
  readonly payloadBase64: string;
  readonly tag: string;
  readonly enqueuedMicroseconds: number;
  readonly leasedUntilMicroseconds: number;
  /** Whether that is still to come, by the clock of Postgres. */
  readonly isLeased: boolean;
  /** Leases so far. A task that is being leased has those before. */
  readonly retryCount: number;
}

/** What a client inserts. What is left out is made: an id, and the time of the database. */
export interface NewPullTask {
  readonly id?: string | undefined;
  readonly payloadBase64: string;
  readonly tag: string;
  readonly enqueuedMicroseconds?: number | undefined;
  /** When it can first be leased. */
  readonly leasedUntilMicroseconds?: number | undefined;
  readonly retryCount: number;
}

/** Seconds in the unit of timestamps. */
export const MICROSECONDS = 1_000_000;

/** A row of `render.tasks`, as {@link TASK_COLUMNS} selects it: Postgres's `bigint` is read as text. */
export interface TaskRow {
  readonly rowId: string;
  readonly id: string;
  readonly payload: string;
  readonly tag: string;
  readonly enqueued: string;
  readonly leasedUntil: string;
  readonly isLeased: boolean;
  readonly retryCount: number;
}

/** What is read of a row of `render.tasks`. */
export const TASK_COLUMNS = `tasks.id AS "rowId", tasks.name AS id, tasks.payload, tasks.tag,
  tasks.enqueued_us AS enqueued, tasks.leased_until_us AS "leasedUntil", tasks.retry_count AS "retryCount",
  tasks.leased_until_us > render.now_microseconds() AS "isLeased"`;

/** Returns the task of a row. */
export function asPullTask({
  rowId,
  id,
  payload,
  tag,
  enqueued,
  leasedUntil,
  isLeased,
  retryCount,
}: TaskRow): PullTask {
  return {
    rowId,
    id,
    tag,
    isLeased,
    retryCount,
    payloadBase64: payload,
    enqueuedMicroseconds: Number(enqueued),
    leasedUntilMicroseconds: Number(leasedUntil),
  };
}
