import { createHmac } from 'node:crypto';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { storableText } from '../../../platform/database/storable-text.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import { AddressRefusedError } from '../../../platform/http/outgoing/address-guard.ts';
import { AllowedNetworks } from '../../../platform/http/outgoing/allowed-networks.ts';
import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { Platform } from '../../../platform/platform.ts';
import { PRODUCT_SLUG } from '../../../platform/product.ts';
import { PermanentTaskError, type TaskHandler } from '../../../queue/index.ts';
import type { Refresh } from '../refreshes/refresh.ts';
import type { RefreshArguments } from '../refreshes/refresh-tasks.ts';
import { hexadecimalId } from '../refreshes/request-refresh.ts';
import { findRefresh } from '../refreshes/stored-refreshes.ts';
import { ingestionSettings } from '../settings.ts';

/** How long a caller may take to connect, and to respond. */
const TIMEOUT_MILLISECONDS = 15_000;

const LONGEST_ERROR_CHARACTERS = 500;

/** A caller did not take the news. */
export class CallbackError extends Error {
  override readonly name = 'CallbackError';
}

/**
 * Makes the handler that notifies the caller of a refresh of how it has ended: at least once. Any status from 200 to 299 says that it was
 * received.
 *
 * @param lastAttempt the attempt after which no other follows.
 * @param timeoutMilliseconds how long the caller may take to connect, and to respond.
 */
export function callBackHandler(
  lastAttempt: number,
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
): TaskHandler<RefreshArguments, null> {
  return async ({ refreshId }, { platform, attempt, signal, logger }) => {
    const { database } = platform;
    const refresh = await findRefresh(database, refreshId);
    if (!refresh || refresh.callbackUrl === null) return null;
    try {
      await send(platform, refresh, { url: refresh.callbackUrl, timeoutMilliseconds, signal });
    } catch (error) {
      signal.throwIfAborted();
      const isLast = attempt >= lastAttempt || isRefused(error);
      await storeFailure(database, refreshId, errorMessage(error), isLast);
      if (!isLast) throw error;
      logger.warn({ refreshId: hexadecimalId(refreshId), err: error }, 'a callback was given up');
      throw new PermanentTaskError(errorMessage(error), { cause: error });
    }
    await database('ingestion.callbacks')
      .where({ refresh_id: refreshId })
      .update({
        state: 'delivered',
        attempt_count: database.raw('attempt_count + 1'),
        last_error: null,
        ended: database.raw('clock_timestamp()'),
      });
    return null;
  };
}

/** Stores that a callback could not be delivered; after the last attempt it is given up. */
export async function storeFailure(
  database: DatabaseOrTransaction,
  refreshId: string,
  error: string,
  isLast: boolean,
): Promise<void> {
  await database('ingestion.callbacks')
    .where({ refresh_id: refreshId, state: 'waiting' })
    .update({
      attempt_count: database.raw('attempt_count + 1'),
      last_error: storableText(error).slice(0, LONGEST_ERROR_CHARACTERS),
      ...(isLast ? { state: 'given up', ended: database.raw('clock_timestamp()') } : {}),
    });
}

/** Returns the signature of a body, as `X-Signature` has it. */
function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

async function send(
  platform: Platform,
  refresh: Refresh,
  { url, timeoutMilliseconds, signal }: { url: string; timeoutMilliseconds: number; signal: AbortSignal },
): Promise<void> {
  const { callbackNetworks = AllowedNetworks.PUBLIC, callbackSecret } =
    platform.settingsOf(ingestionSettings).telling;
  const timeouts = {
    connectMilliseconds: timeoutMilliseconds,
    headersMilliseconds: timeoutMilliseconds,
    bodyMilliseconds: timeoutMilliseconds,
  };
  const client = OutgoingClient.guarded(platform.settings.outgoing, timeouts, callbackNetworks);
  const body = JSON.stringify(callbackBody(refresh));
  try {
    const response = await client.fetch(new URL(url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': PRODUCT_SLUG,
        ...(callbackSecret === undefined ? {} : { 'x-signature': signatureOf(body, callbackSecret) }),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(2 * timeoutMilliseconds)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new CallbackError(`The caller responded with ${response.status}`);
  } finally {
    await client.destroy();
  }
}

function callbackBody({ id, model, action, state }: Refresh) {
  return { task_id: hexadecimalId(id), model, action, state };
}

/** Where it may not be called, another attempt would say the same. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof AddressRefusedError ||
    (error instanceof Error && error.cause instanceof AddressRefusedError)
  );
}
