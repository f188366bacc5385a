import { errorMessage } from '../../../platform/error-message.ts';
import { discardNext } from '../promotion/discard-next.ts';
import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import { copyByForeignTable } from './copy-by-foreign-table.ts';
import { copyByStreams } from './copy-by-streams.ts';
import type { CopyTables } from './copy-job.ts';
import { planCopy } from './copy-plan.ts';
import { dropNextTables, endEarlierSessions, type NextTable } from './next-tables.ts';

const WAYS: Readonly<Record<StepContext['settings']['copy']['method'], CopyTables>> = {
  copy: copyByStreams,
  postgres_fdw: copyByForeignTable,
};

/**
 * The step `copy`: the tables of the model are in the schema of next tables, with the rows that upstream has, of one moment.
 * Each attempt begins anew, as the snapshot of an earlier one is gone. Where it fails, the tables are dropped at once: on a full
 * disk, what they take is what others need.
 */
export const runCopy: RunStep = async (context) => {
  const { refresh, databases, settings, signal, logger } = context;
  const plans = await planCopy(context);
  const applicationName = `ingestion ${refresh.model} `;
  await endEarlierSessions(databases.api.pool, applicationName);
  await discardNext(context);
  const { maximumSeconds } = settings.copy;
  const tooLong = AbortSignal.timeout(maximumSeconds * 1_000);
  const failure = new AbortController();
  let made: readonly NextTable[] = [];
  try {
    const tables = await WAYS[settings.copy.method]({
      context,
      plans,
      sessions: {
        applicationName: `${applicationName}${refresh.id.replaceAll('-', '')}`,
        statementSeconds: maximumSeconds,
        signal: AbortSignal.any([signal, tooLong, failure.signal]),
      },
      stop: (error) => failure.abort(error),
      onMade: (tables) => {
        made = tables;
      },
    });
    const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
    const rowsDone = Object.values(tables).reduce((sum, table) => sum + table.snapshotRows, 0);
    return {
      progress: { rowsDone, rowsTotal: rowsDone },
      result: { tables },
      message: `${rows} rows are copied`,
    };
  } catch (error) {
    await dropNextTables(databases.api.pool, made).catch((dropping: unknown) =>
      logger.warn({ reason: errorMessage(dropping) }, 'the tables of a copy that failed are left'),
    );
    signal.throwIfAborted();
    if (tooLong.aborted) {
      throw new RefreshRefusedError(`The copy took longer than INGESTION_COPY_SECONDS, ${maximumSeconds} s`, {
        cause: error,
      });
    }
    throw error;
  }
};
