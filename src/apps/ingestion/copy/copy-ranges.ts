import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { quotedTable } from '../promotion/table-definition.ts';
import { BINARY_TRAILER, binaryRows } from './binary-copy.ts';
import { CopyBrokenOffError, CopySilentError, explainFailure, type Side } from './copy-failures.ts';
import { columnList, type TablePlan } from './copy-plan.ts';
import type { CopySession } from './copy-session.ts';

/** A part of a table's rows. */
export interface PlannedRange {
  /** The query upstream. */
  readonly select: string;
  readonly rowCount: number;
}

/** A session of either database, and what goes on between them. */
export interface RangesCopy {
  readonly upstream: CopySession;
  readonly api: CopySession;
  /** Ranges of one table. Each is taken out when its turn comes, so that sessions can share the list. */
  readonly waiting: PlannedRange[];
  /** Waits until a range may be read. What it is given says that the wait goes on, which is no silence. */
  readonly beforeRange: (onLook: () => void) => Promise<void>;
  readonly silenceSeconds: number;
  readonly signal: AbortSignal;
  /** Called for each piece that came. */
  readonly onBytes: (count: number) => void;
  /** Called when all rows of a range came. */
  readonly onRange: (rowCount: number) => void;
  /** Makes everything that waits give up. */
  readonly stop: (error: Error) => void;
}

/**
 * Copies the rows of ranges into the next table, one range after the other: all of them, or none. What is in memory meanwhile is
 * a few pieces of what comes from the network, however long a row is.
 *
 * The ranges share one `COPY … FROM`. Postgres gives each of these 16 MB of its cache to go round in, and with one for each range
 * a large copy would push everything else out of the cache.
 *
 * @returns how many rows were stored.
 * @throws what {@link explainFailure} makes of a failure.
 * @throws the signal's reason.
 */
export async function copyRanges(plan: TablePlan, copy: RangesCopy): Promise<number> {
  const { api, waiting, silenceSeconds, signal, stop } = copy;
  // Other sessions take from the list as well: a COPY is only begun where there are rows for it.
  const first = waiting.shift();
  if (!first) return 0;
  const doing = `the copy of ${plan.table.name}`;
  let failure: { readonly side: Side; readonly error: unknown } | undefined;
  let current: Readable | undefined;
  const sink = api.client.query(
    copyFrom(`COPY ${quotedTable(plan.next)} (${columnList(plan)}) FROM STDIN (FORMAT ${plan.format})`),
  );
  sink.once('error', (error) => {
    failure ??= { side: 'api', error };
    // What is awaited from it may never come.
    current?.destroy(error);
  });
  const silence = setTimeout(() => {
    stop(
      new CopyBrokenOffError(`${doing} broke off: no byte came for ${silenceSeconds} s`, {
        cause: new CopySilentError(silenceSeconds),
      }),
    );
  }, silenceSeconds * 1_000);
  const pieces = readRanges(plan, copy, first, {
    onSource(source) {
      current = source;
      source.once('error', (error) => {
        failure ??= { side: 'upstream', error };
      });
    },
    onLook: () => silence.refresh(),
    onPiece(bytes) {
      silence.refresh();
      copy.onBytes(bytes);
    },
  });
  const giveUp = () => void current?.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await pipeline(pieces, sink, { signal });
    return sink.rowCount;
  } catch (error) {
    signal.throwIfAborted();
    throw explainFailure(failure?.side ?? 'upstream', doing, failure?.error ?? error);
  } finally {
    signal.removeEventListener('abort', giveUp);
    clearTimeout(silence);
  }
}

/** What is seen of the queries upstream. */
interface SourceEvents {
  readonly onLook: () => void;
  readonly onSource: (source: Readable) => void;
  readonly onPiece: (bytes: number) => void;
}

/** Reads the rows of all ranges, as one `COPY … FROM` takes them. */
async function* readRanges(
  { format }: TablePlan,
  { upstream, waiting, beforeRange, onRange }: RangesCopy,
  first: PlannedRange,
  { onLook, onSource, onPiece }: SourceEvents,
): AsyncGenerator<Buffer> {
  for (let range: PlannedRange | undefined = first; range; range = waiting.shift()) {
    await beforeRange(onLook);
    const source = upstream.client.query(copyTo(`COPY (${range.select}) TO STDOUT (FORMAT ${format})`));
    onSource(source);
    const pieces = watched(source, onPiece);
    yield* format === 'binary' ? binaryRows(pieces, { withHeader: range === first }) : pieces;
    onRange(range.rowCount);
  }
  if (format === 'binary') yield BINARY_TRAILER;
}

async function* watched(
  source: AsyncIterable<Buffer>,
  onPiece: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of source) {
    onPiece(piece.length);
    yield piece;
  }
}
