import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { quotedTable } from '../promotion/table-definition.ts';
import { CopyBrokenOffError, CopySilentError, explainFailure, type Side } from './copy-failures.ts';
import { columnList, type TablePlan } from './copy-plan.ts';
import type { CopySession } from './copy-session.ts';

/** A session of either database, and what goes on between them. */
export interface RangeCopy {
  readonly upstream: CopySession;
  readonly api: CopySession;
  /** The query upstream. */
  readonly select: string;
  readonly silenceSeconds: number;
  readonly signal: AbortSignal;
  /** Called for each piece that came. */
  readonly onBytes: (count: number) => void;
  /** Makes everything that waits give up. */
  readonly stop: (error: Error) => void;
}

/**
 * Copies the rows of a query into the next table by `COPY`: all of them, or none. What is in memory meanwhile is a few pieces of
 * what comes from the network, however long a row is.
 *
 * @returns how many rows were stored.
 * @throws what {@link explainFailure} makes of a failure.
 * @throws the signal's reason.
 */
export async function copyRange(plan: TablePlan, copy: RangeCopy): Promise<number> {
  const { upstream, api, select, silenceSeconds, signal, onBytes, stop } = copy;
  const doing = `the copy of ${plan.table.name}`;
  const source = upstream.client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT ${plan.format})`));
  const sink = api.client.query(
    copyFrom(`COPY ${quotedTable(plan.next)} (${columnList(plan)}) FROM STDIN (FORMAT ${plan.format})`),
  );
  let failure: { readonly side: Side; readonly error: unknown } | undefined;
  source.once('error', (error) => {
    failure ??= { side: 'upstream', error };
  });
  sink.once('error', (error) => {
    failure ??= { side: 'api', error };
  });
  const silence = setTimeout(() => {
    stop(
      new CopyBrokenOffError(`${doing} broke off: no byte came for ${silenceSeconds} s`, {
        cause: new CopySilentError(silenceSeconds),
      }),
    );
  }, silenceSeconds * 1_000);
  source.on('data', (piece: Buffer) => {
    silence.refresh();
    onBytes(piece.length);
  });
  try {
    await pipeline(source, sink, { signal });
    return sink.rowCount;
  } catch (error) {
    signal.throwIfAborted();
    throw explainFailure(failure?.side ?? 'upstream', doing, failure?.error ?? error);
  } finally {
    clearTimeout(silence);
  }
}
