import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { errorMessage } from '../../../platform/error-message.ts';
import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';

const TIMEOUT_MILLISECONDS = 30_000;
const MOST_BYTES = 10_000_000;

/** The list of sensitive terms could not be read. */
export class SensitiveTermsError extends Error {
  override readonly name = 'SensitiveTermsError';
}

/**
 * Reads the list of sensitive terms: a text in UTF-8 with a term a line. The URL is an operator's, and may lead anywhere, also to a
 * file.
 *
 * @throws {SensitiveTermsError}
 */
export async function fetchSensitiveTerms(
  url: URL,
  network: OutgoingNetwork,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (url.protocol === 'file:') return readTerms(decode(await readTextFile(url, signal)));
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
    if (byteCount > MOST_BYTES) throw tooLong();
    parts.push(part);
  }
  return decode(Buffer.concat(parts));
}

async function readTextFile(url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const path = fileURLToPath(url);
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw tooLong();
    return await readFile(path, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SensitiveTermsError) throw error;
    throw new SensitiveTermsError(`The list of sensitive terms: ${errorMessage(error)}`, { cause: error });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SensitiveTermsError('The list of sensitive terms is not in UTF-8', { cause: error });
  }
}

function tooLong(): SensitiveTermsError {
  return new SensitiveTermsError(`The list of sensitive terms has more than ${MOST_BYTES} bytes`);
}
