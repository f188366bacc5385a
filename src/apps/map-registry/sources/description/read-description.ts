import pLimit from 'p-limit';
import { freeGarbage } from '../../fetching/free-memory.ts';
import type { OutsideReply } from '../../fetching/outside-client.ts';
import { untilAborted } from '../../fetching/until-aborted.ts';
import { SourceError } from '../map-source.ts';
import type { DescriptionReply, DescriptionRequest } from './description-messages.ts';
import type { Description, DescriptionKind, DescriptionOf } from './descriptions.ts';
import { ReadingThread } from './reading-thread.ts';

/** Layers that are read of one service. */
export const MOST_LAYERS = 50_000;

/** Documents that a process reads at the same time: a worker runs one task. */
const CONCURRENT_THREADS = 1;

/** After a larger document a thread is ended, as it does not give back all memory. */
const KEPT_THREAD_BYTES = 1024 ** 2;

/** How long a thread waits for the next document. */
const IDLE_MILLISECONDS = 5_000;

const limit = pLimit(CONCURRENT_THREADS);

/** Threads that wait, and what ends each of them. */
const idleThreads = new Map<ReadingThread, NodeJS.Timeout>();

/** Options of {@link readDescription}. */
export interface ReadingOptions {
  readonly signal: AbortSignal;
  /** `undefined` for {@link MOST_LAYERS}. */
  readonly maximumLayers: number | undefined;
}

/**
 * Reads the description that a server has sent, in a thread: a document may be made to take for ever, or all memory. The body of the reply is
 * empty afterwards.
 *
 * @throws {SourceError} where it is not what it should be, or takes too much.
 * @throws the reason of the signal.
 */
export async function readDescription<Kind extends DescriptionKind>(
  kind: Kind,
  { body, headers, url }: OutsideReply,
  { signal, maximumLayers }: ReadingOptions,
): Promise<DescriptionOf<Kind>> {
  const request: DescriptionRequest = {
    kind,
    body,
    contentType: headers.get('content-type'),
    maximumLayers: Math.min(maximumLayers ?? MOST_LAYERS, MOST_LAYERS),
  };
  const reply = await untilAborted(
    signal,
    limit(() => readInThread(request, signal)),
  );
  if (reply.kind === 'read' && isOfKind(reply.description, kind)) return reply.description;
  const reason = reply.kind === 'failed' ? reply.message : 'it is of another kind';
  throw new SourceError(`The description that ${url.host} sent cannot be read: ${reason}.`);
}

async function readInThread(request: DescriptionRequest, signal: AbortSignal): Promise<DescriptionReply> {
  signal.throwIfAborted();
  const { byteLength } = request.body;
  // What came of the one before.
  if (byteLength > KEPT_THREAD_BYTES) freeGarbage();
  const thread = takeThread();
  try {
    return await thread.read(request, signal);
  } finally {
    if (byteLength <= KEPT_THREAD_BYTES) keepThread(thread);
    else await thread.terminate();
  }
}

function takeThread(): ReadingThread {
  for (const [thread, timer] of idleThreads) {
    idleThreads.delete(thread);
    clearTimeout(timer);
    if (!thread.isOver) return thread;
  }
  return new ReadingThread();
}

function keepThread(thread: ReadingThread): void {
  if (thread.isOver) return;
  const end = () => {
    idleThreads.delete(thread);
    void thread.terminate();
  };
  idleThreads.set(thread, setTimeout(end, IDLE_MILLISECONDS).unref());
}

function isOfKind<Kind extends DescriptionKind>(
  description: Description,
  kind: Kind,
): description is DescriptionOf<Kind> {
  return description.kind === kind;
}
