import type { Database } from '../../platform/database/connection.ts';

/** What is measured of an attempt: the time until its function began, and the time of its function. */
export type DurationKind = 'waited' | 'ran';

/** The upper bounds of the buckets of a histogram, in seconds; beyond the last one there is one without a bound. */
export const BUCKET_SECONDS = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600] as const;

/** The durations of one function that fell into one bucket. */
interface BucketCount {
  readonly func: string;
  readonly kind: DurationKind;
  /** Its upper bound; Postgres and JSON have no other word for no bound. */
  readonly upToSeconds: number | 'Infinity';
  attempts: number;
  seconds: number;
}

/** Durations, counted by function, kind and bucket. */
export class Durations {
  readonly #counts = new Map<string, BucketCount>();

  /** Whether none was counted. */
  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  /** The buckets that are not empty. */
  get counts(): readonly Readonly<BucketCount>[] {
    return [...this.#counts.values()];
  }

  /** Counts one. */
  note(func: string, kind: DurationKind, seconds: number): void {
    const upToSeconds = BUCKET_SECONDS.find((bound) => seconds <= bound) ?? 'Infinity';
    this.#count({ func, kind, upToSeconds, attempts: 1, seconds });
  }

  /** Counts those of another one as well. */
  add(other: Durations): void {
    for (const count of other.counts) this.#count(count);
  }

  #count({ attempts, seconds, ...bucket }: Readonly<BucketCount>): void {
    const key = `${bucket.func} ${bucket.kind} ${bucket.upToSeconds}`;
    const count = this.#counts.get(key) ?? { ...bucket, attempts: 0, seconds: 0 };
    count.attempts += attempts;
    count.seconds += seconds;
    this.#counts.set(key, count);
  }
}

/** Adds durations to those of a queue, in one statement. */
export async function addDurations(
  database: Database,
  queueName: string,
  { counts }: Durations,
): Promise<void> {
  await database.raw(
    `INSERT INTO queue.duration_counts (queue, func, kind, up_to_seconds, attempts, seconds)
     SELECT ?, func, kind, "upToSeconds", attempts, seconds
     FROM json_to_recordset(?::json) AS counted (func text, kind text, "upToSeconds" double precision, attempts bigint,
       seconds double precision)
     -- In one order, so that no two engines wait for each other.
     ORDER BY func, kind, "upToSeconds"
     ON CONFLICT (queue, func, kind, up_to_seconds) DO UPDATE
     SET attempts = duration_counts.attempts + excluded.attempts, seconds = duration_counts.seconds + excluded.seconds`,
    [queueName, JSON.stringify(counts)],
  );
}

/** How long the attempts at one function in one queue waited, or ran. */
export interface DurationHistogram {
  readonly queue: string;
  readonly func: string;
  readonly kind: DurationKind;
  /** How many took at most as long as each of {@link BUCKET_SECONDS}. */
  readonly attemptsWithin: readonly number[];
  /** All of them. */
  readonly attempts: number;
  readonly totalSeconds: number;
}

/** Reads all histograms: a few rows for each installed function, however many tasks there were. */
export async function durationHistograms(database: Database): Promise<readonly DurationHistogram[]> {
  const { rows } = await database.raw<{
    rows: {
      queue: string;
      func: string;
      kind: DurationKind;
      bounds: number[];
      counts: number[];
      seconds: number;
    }[];
  }>(
    `SELECT queue, func, kind, array_agg(up_to_seconds) AS bounds, array_agg(attempts::double precision) AS counts,
       sum(seconds) AS seconds
     FROM queue.duration_counts GROUP BY queue, func, kind ORDER BY queue, func, kind`,
  );
  return rows.map(({ queue, func, kind, bounds, counts, seconds }) => {
    const within = (most: number) =>
      counts.reduce((sum, count, place) => sum + ((bounds[place] ?? 0) <= most ? count : 0), 0);
    return {
      queue,
      func,
      kind,
      attemptsWithin: BUCKET_SECONDS.map(within),
      attempts: within(Number.POSITIVE_INFINITY),
      totalSeconds: seconds,
    };
  });
}

/** How long attempts waited and ran, on average; `null` if there were none. */
export interface AverageDurations {
  readonly averageWaitedSeconds: number | null;
  readonly averageRanSeconds: number | null;
}

/** Successes from which the averages are taken. */
const SAMPLE_SIZE = 1_000;

/** Reads the averages over the newest thousand successes of the last 24 hours. */
export async function averageDurations(database: Database): Promise<AverageDurations> {
  const { rows } = await database.raw<{ rows: AverageDurations[] }>(
    `SELECT avg(waited_seconds) AS "averageWaitedSeconds", avg(ran_seconds) AS "averageRanSeconds"
     FROM (
       SELECT waited_seconds, ran_seconds FROM queue.tasks WHERE success AND stopped > now() - interval '1 day'
       ORDER BY stopped DESC LIMIT ?
     ) AS newest`,
    [SAMPLE_SIZE],
  );
  return rows[0] ?? { averageWaitedSeconds: null, averageRanSeconds: null };
}
