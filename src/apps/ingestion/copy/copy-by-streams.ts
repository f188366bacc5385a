import type { StepProgress } from '../refreshes/step.ts';
import { type CopiedTable, completeTable } from './copied-table.ts';
import type { CopyJob } from './copy-job.ts';
import type { TablePlan } from './copy-plan.ts';
import { copyRanges, type PlannedRange } from './copy-ranges.ts';
import { type CopySession, closeSessions, openSessions } from './copy-session.ts';
import { checkSpace, sourceBytes } from './free-space.ts';
import { makeNextTables } from './next-tables.ts';
import { waitForReplicas } from './replica-lag.ts';
import { findSourceRows, type SourceRows, selectRange } from './source-rows.ts';

const READ_ONLY = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** A table, and which rows of it are copied. */
interface PlannedTable extends SourceRows {
  readonly plan: TablePlan;
}

/** What is left of a table to be copied. */
interface TableInCopy {
  readonly plan: TablePlan;
  readonly waiting: PlannedRange[];
}

/**
 * Copies tables by `COPY` through this process, in ranges of ids, several at a time. All sessions upstream read the same
 * snapshot: what changes there meanwhile is in all tables, or in none.
 */
export async function copyByStreams(job: CopyJob): Promise<Readonly<Record<string, CopiedTable>>> {
  const { databases, settings } = job.context;
  const upstream = [...(await openSessions('upstream', databases.upstream, 1, job.sessions))];
  const api: CopySession[] = [];
  try {
    const [first] = upstream;
    if (!first) throw new Error('No session was opened');
    const snapshot = await exportSnapshot(first);
    const { tables, bytes } = await measure(job, first);
    await checkSpace(databases.api.pool, bytes, settings.copy.maximumBytes);
    api.push(...(await openSessions('api', databases.api, 1, job.sessions)));
    const [last] = api;
    if (!last) throw new Error('No session was opened');
    job.onMade(await makeNextTables(last, job.plans));
    const inCopy = tables.map((table) => ({
      plan: table.plan,
      waiting: plannedRanges(table, settings.copy.rowLimit),
    }));
    const rangeCount = inCopy.reduce((sum, { waiting }) => sum + waiting.length, 0);
    const further = Math.min(settings.copy.streams, rangeCount) - 1;
    if (further > 0) {
      const others = await openSessions('upstream', databases.upstream, further, job.sessions);
      upstream.push(...others);
      await Promise.all(others.map((session) => importSnapshot(session, snapshot)));
      api.push(...(await openSessions('api', databases.api, further, job.sessions)));
    }
    const progress = new CopyProgress(tables, bytes, job.context.report);
    const copied = await copyTables(job, inCopy, pairsOf(upstream, api), progress);
    return await completeTables(last, tables, copied);
  } finally {
    await closeSessions([...upstream, ...api]);
  }
}

async function exportSnapshot(session: CopySession): Promise<string> {
  await session.query('taking a snapshot', READ_ONLY);
  const { rows } = await session.query<{ snapshot: string }>(
    'taking a snapshot',
    'SELECT pg_export_snapshot() AS snapshot',
  );
  return rows[0]?.snapshot ?? '';
}

async function importSnapshot(session: CopySession, snapshot: string): Promise<void> {
  await session.query('taking a snapshot', READ_ONLY);
  await session.query('taking a snapshot', `SET TRANSACTION SNAPSHOT '${snapshot}'`);
}

async function measure({ plans, context }: CopyJob, session: CopySession) {
  const tables: PlannedTable[] = [];
  let bytes = 0;
  for (const plan of plans) {
    const rows = await findSourceRows(session, plan, context.settings.copy.rowLimit);
    tables.push({ plan, ...rows });
    bytes += await sourceBytes(session, plan, rows.rowCount);
  }
  return { tables, bytes };
}

function pairsOf(upstream: readonly CopySession[], api: readonly CopySession[]) {
  return upstream.flatMap((session, number) => {
    const other = api[number];
    return other ? [{ upstream: session, api: other }] : [];
  });
}

function plannedRanges(
  { plan, ranges, rowsPerRange, rowCount }: PlannedTable,
  rowLimit: number | undefined,
): PlannedRange[] {
  return ranges.map((range, number) => ({
    select: selectRange(plan, range, rowLimit),
    rowCount: Math.min(rowsPerRange, rowCount - number * rowsPerRange),
  }));
}

/** Each pair of sessions takes the next range when it is done with one. The first failure ends all. Returns the rows of each table. */
async function copyTables(
  { context, sessions, stop }: CopyJob,
  tables: readonly TableInCopy[],
  pairs: readonly { readonly upstream: CopySession; readonly api: CopySession }[],
  progress: CopyProgress,
): Promise<ReadonlyMap<TablePlan, number>> {
  const { silenceSeconds, maximumLagBytes } = context.settings.copy;
  const copied = new Map<TablePlan, number>();
  const work = async (pair: (typeof pairs)[number]) => {
    for (const { plan, waiting } of tables) {
      const rowCount = await copyRanges(plan, {
        ...pair,
        waiting,
        beforeRange: (onLook) =>
          waitForReplicas({
            api: context.databases.api.pool,
            upstream: pair.upstream,
            maximumLagBytes,
            signal: sessions.signal,
            onLook,
            onWait: (lagBytes) => context.logger.info({ lagBytes }, 'the copy waits for a replica'),
          }),
        silenceSeconds,
        signal: sessions.signal,
        onBytes: (count) => progress.addBytes(count),
        onRange: (count) => progress.addRows(count),
        stop,
      });
      copied.set(plan, (copied.get(plan) ?? 0) + rowCount);
    }
    // Upstream may clean up again as soon as the last session has let go of the snapshot.
    await pair.upstream.close();
  };
  await Promise.allSettled(
    pairs.map((pair) =>
      work(pair).catch((error: unknown) => stop(error instanceof Error ? error : new Error(String(error)))),
    ),
  );
  sessions.signal.throwIfAborted();
  return copied;
}

async function completeTables(
  session: CopySession,
  tables: readonly PlannedTable[],
  copied: ReadonlyMap<TablePlan, number>,
): Promise<Readonly<Record<string, CopiedTable>>> {
  const completed: Record<string, CopiedTable> = {};
  for (const { plan, rowCount } of tables) {
    completed[plan.table.name] = await completeTable(session, plan, rowCount, copied.get(plan) ?? 0);
  }
  return completed;
}

/** Counts rows and bytes, and reports them. Rows are counted by the range. */
class CopyProgress {
  readonly #rowsTotal: number;
  readonly #bytesTotal: number;
  readonly #report: (progress: StepProgress) => void;
  #rowsDone = 0;
  #bytesDone = 0;

  constructor(tables: readonly PlannedTable[], bytes: number, report: (progress: StepProgress) => void) {
    this.#rowsTotal = tables.reduce((sum, { rowCount }) => sum + rowCount, 0);
    this.#bytesTotal = Math.round(bytes);
    this.#report = report;
    this.#tell();
  }

  addBytes(count: number): void {
    this.#bytesDone += count;
    this.#tell();
  }

  addRows(count: number): void {
    this.#rowsDone += count;
    this.#tell();
  }

  #tell(): void {
    this.#report({
      rowsDone: this.#rowsDone,
      rowsTotal: this.#rowsTotal,
      bytesDone: this.#bytesDone,
      // The estimate is of the table upstream, with its indexes; what comes may be more.
      bytesTotal: Math.max(this.#bytesTotal, this.#bytesDone),
    });
  }
}
