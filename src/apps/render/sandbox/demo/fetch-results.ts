import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { decodePayload } from '../../rendering/render-order.ts';
import { TAGS } from '../../rendering/store-result.ts';
import type { PullQueueClient, WireTask } from './pull-queue-client.ts';

/** A document that came back from the queue. */
export interface FetchedDocument {
  /** The order that it is the result of. */
  readonly orderId: string;
  readonly filename: string;
  readonly pdf: Uint8Array;
  /** Since 1970. */
  readonly receivedMilliseconds: number;
}

const LEASE = { tasks: 10, leaseSeconds: 60, waitSeconds: 10 } as const;

/**
 * Waits until all orders have results, by leasing them, and deletes each when its document is stored. Results of other
 * clients are handed back.
 *
 * @param store keeps a document.
 * @throws {DemoError} if an order could not be rendered.
 */
export async function fetchResults(
  queue: PullQueueClient,
  orderIds: readonly string[],
  store: (document: FetchedDocument) => Promise<void>,
): Promise<void> {
  const missing = new Set(orderIds);
  const foreign = new Set<string>();
  try {
    while (missing.size > 0) {
      for (const task of await queue.lease(TAGS.result, LEASE)) {
        const orderId = decodePayload(task.payloadBase64)['task_id'];
        if (typeof orderId !== 'string' || !missing.has(orderId)) {
          foreign.add(task.id);
          continue;
        }
        await store(await documentOf(task, orderId));
        await queue.delete(task.id);
        missing.delete(orderId);
      }
    }
  } finally {
    // Their leases end anyway if this is interrupted.
    await Promise.allSettled([...foreign].map((id) => queue.release(id)));
  }
}

async function documentOf({ payloadBase64 }: WireTask, orderId: string): Promise<FetchedDocument> {
  const { success, filename, document, url, error } = decodePayload(payloadBase64);
  if (success !== true) throw new DemoError(`An order was not rendered: ${String(error)}`);
  const pdf = typeof document === 'string' ? Buffer.from(document, 'base64') : await download(String(url));
  return { orderId, filename: String(filename), pdf, receivedMilliseconds: Date.now() };
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new DemoError(`${url} cannot be fetched: status ${response.status}`);
  return response.bytes();
}
