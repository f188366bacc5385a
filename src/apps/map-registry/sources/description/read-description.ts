import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { siblingModule } from '../../../../platform/sibling-module.ts';
import type { OutsideReply } from '../../fetching/outside-client.ts';
import { SourceError } from '../map-source.ts';
import type { DescriptionReply, DescriptionRequest } from './description-messages.ts';
import type { Description, DescriptionKind, DescriptionOf } from './descriptions.ts';

/** Layers that are read of one service. */
export const MOST_LAYERS = 50_000;

const TIMEOUT_SECONDS = 10;

/** Documents that a process reads at the same time: each may take {@link MOST_MEMORY_MEBIBYTES}. */
const CONCURRENT_THREADS = 2;

/** A document takes about ten times its length while it is read. */
const MOST_MEMORY_MEBIBYTES = 384;

const limit = pLimit(CONCURRENT_THREADS);

/** Options of {@link readDescription}. */
export interface ReadingOptions {
  readonly signal: AbortSignal;
  /** `undefined` for {@link MOST_LAYERS}. */
  readonly maximumLayers: number | undefined;
}

/**
 * Reads the description that a server has sent, in a thread of its own: a document may be made to take for ever, or all
 * memory.
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
  const reply = await limit(() => readInThread(request, signal));
  if (reply.kind === 'read' && isOfKind(reply.description, kind)) return reply.description;
  const reason = reply.kind === 'failed' ? reply.message : 'it is of another kind';
  throw new SourceError(`The description that ${url.host} sent cannot be read: ${reason}.`);
}

async function readInThread(request: DescriptionRequest, signal: AbortSignal): Promise<DescriptionReply> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<DescriptionReply>();
  const worker = new Worker(siblingModule(import.meta.url, './description-thread'), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MEBIBYTES },
  });
  const fail = (message: string) => resolve({ kind: 'failed', message });
  worker.once('message', (reply: DescriptionReply) => resolve(reply));
  worker.once('error', (error) => fail(describeCrash(error)));
  worker.once('exit', () => fail('its reading ended early'));
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(
    () => fail(`it takes longer than ${TIMEOUT_SECONDS} seconds`),
    TIMEOUT_SECONDS * 1_000,
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function describeCrash(error: unknown): string {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it takes more than ${MOST_MEMORY_MEBIBYTES} MiB of memory`;
  return types.isNativeError(error) ? error.message : String(error);
}

function isOfKind<Kind extends DescriptionKind>(
  description: Description,
  kind: Kind,
): description is DescriptionOf<Kind> {
  return description.kind === kind;
}
