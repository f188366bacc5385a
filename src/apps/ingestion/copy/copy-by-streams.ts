import type { StepProgress } from '../refreshes/step.ts';
import { type CopiedTable, completeTable } from './copied-table.ts';
import type { CopyJob } from './copy-job.ts';
import type { TablePlan } from './copy-plan.ts';
import { copyRange } from './copy-range.ts';
import { type CopySession, closeSessions, openSessions } from './copy-session.ts';
import { checkSpace, sourceBytes } from './free-space.ts';
import { makeNextTables } from './next-tables.ts';
import { findSourceRows, type IdRange, type SourceRows, selectRange } from './source-rows.ts';

const READ_ONLY = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** A table, and which rows of it are copied. */
interface PlannedTable extends SourceRows {
  readonly plan: TablePlan;
}

/** A part of a table that one session copies. */
interface Part {
  readonly plan: TablePlan;
  readonly range: IdRange | undefined;
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
    const parts = tables.flatMap(({ plan, ranges }) => ranges.map((range) => ({ plan, range })));
    const further = Math.min(settings.copy.streams, parts.length) - 1;
    if (further > 0) {
      const others = await openSessions('upstream', databases.upstream, further, job.sessions);
      upstream.push(...others);
      await Promise.all(others.map((session) => importSnapshot(session, snapshot)));
      api.push(...(await openSessions('api', databases.api, further, job.sessions)));
    }
    const progress = new CopyProgress(tables, bytes, job.context.report);
    await copyParts(job, parts, pairsOf(upstream, api), progress);
    return await completeTables(last, tables, progress);
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

/** Each pair of sessions takes the next part when it is done with one. The first failure ends all. */
async function copyParts(
  { context, sessions, stop }: CopyJob,
  parts: readonly Part[],
  pairs: readonly { readonly upstream: CopySession; readonly api: CopySession }[],
  progress: CopyProgress,
): Promise<void> {
  const { rowLimit, silenceSeconds } = context.settings.copy;
  const waiting = [...parts];
  const work = async ({ upstream, api }: (typeof pairs)[number]) => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const rowCount = await copyRange(part.plan, {
        upstream,
        api,
        select: selectRange(part.plan, part.range, rowLimit),
        silenceSeconds,
        signal: sessions.signal,
        onBytes: (count) => progress.addBytes(count),
        stop,
      });
      progress.addRows(part.plan, rowCount);
    }
    // Upstream may clean up again as soon as the last session has let go of the snapshot.
    await upstream.close();
  };
  await Promise.allSettled(
    pairs.map((pair) =>
      work(pair).catch((error: unknown) => stop(error instanceof Error ? error : new Error(String(error)))),
    ),
  );
  sessions.signal.throwIfAborted();
}

async function completeTables(
  session: CopySession,
  tables: readonly PlannedTable[],
  progress: CopyProgress,
): Promise<Readonly<Record<string, CopiedTable>>> {
  const completed: Record<string, CopiedTable> = {};
  for (const { plan, rowCount } of tables) {
    completed[plan.table.name] = await completeTable(session, plan, rowCount, progress.rowsOf(plan));
  }
  return completed;
}

/** Counts rows and bytes, and reports them. Rows are counted by the range. */
class CopyProgress {
  readonly #rowsTotal: number;
  readonly #bytesTotal: number;
  readonly #report: (progress: StepProgress) => void;
  readonly #rows = new Map<TablePlan, number>();
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

  addRows(plan: TablePlan, count: number): void {
    this.#rows.set(plan, this.rowsOf(plan) + count);
    this.#rowsDone += count;
    this.#tell();
  }

  rowsOf(plan: TablePlan): number {
    return this.#rows.get(plan) ?? 0;
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
