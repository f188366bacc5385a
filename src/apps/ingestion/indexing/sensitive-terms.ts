import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';

const TIMEOUT_MILLISECONDS = 30_000;
const MOST_BYTES = 10_000_000;

/** The list of sensitive terms could not be read. */
export class SensitiveTermsError extends Error {
  override readonly name = 'SensitiveTermsError';
}

/**
 * Fetches the list of sensitive terms: a text in UTF-8 with a term a line. The URL is an operator's, and may lead anywhere.
 *
 * @throws {SensitiveTermsError}
 */
export async function fetchSensitiveTerms(
  url: URL,
  network: OutgoingNetwork,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const client = OutgoingClient.trusted(network, {
    connectMilliseconds: TIMEOUT_MILLISECONDS,
    headersMilliseconds: TIMEOUT_MILLISECONDS,
    bodyMilliseconds: TIMEOUT_MILLISECONDS,
  });
  try {
    return readTerms(await fetchText(client, url, signal));
  } finally {
    await client.destroy();
  }
}

/** Returns the terms of a list: its lines without the blanks around them, each once. */
export function readTerms(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ''))];
}

async function fetchText(client: OutgoingClient, url: URL, signal: AbortSignal): Promise<string> {
  const response = await client.fetch(url, { signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new SensitiveTermsError(`The list of sensitive terms: ${url.host} returned ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let byteCount = 0;
  for await (const part of response.body ?? []) {
    byteCount += part.byteLength;
    if (byteCount > MOST_BYTES) {
      throw new SensitiveTermsError(`The list of sensitive terms has more than ${MOST_BYTES} bytes`);
    }
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch (error) {
    throw new SensitiveTermsError('The list of sensitive terms is not in UTF-8', { cause: error });
  }
}
