import { type OutsideClient, OutsideRequestError } from '../fetching/outside-client.ts';

/** A remote catalogue cannot be searched. The message is a sentence for people. */
export class RemoteCatalogError extends Error {
  override readonly name = 'RemoteCatalogError';
}

/** What a remote catalogue replied. */
export interface RemoteReply {
  readonly status: number;
  readonly type: 'json' | 'text';
  readonly body: string;
}

/** What is forwarded. */
export interface ForwardedSearch {
  readonly parameters: URLSearchParams;
  /** What {@link FORWARDED_HEADER} says; `undefined` for a search that comes from its caller. */
  readonly forwardedBy: string | undefined;
}

/** Marks a search that was forwarded. */
export const FORWARDED_HEADER = 'x-forwarded-search';

/** Bytes of a reply that are read. */
const MOST_BYTES = 16 * 1_024 * 1_024;

const TIMEOUT_SECONDS = 30;

/** Statuses whose replies are JSON. */
const JSON_STATUSES = [200, 400];

/**
 * Sends a search on to a remote catalogue, with the same parameters, and returns its reply.
 *
 * @throws {RemoteCatalogError} where there is none, and for a search that was forwarded already: two catalogues may name
 *   each other.
 */
export async function forwardSearch(
  client: OutsideClient,
  remoteUrl: string,
  { parameters, forwardedBy }: ForwardedSearch,
  signal: AbortSignal,
): Promise<RemoteReply> {
  if (forwardedBy !== undefined) throw new RemoteCatalogError('The search was forwarded already.');
  const url = URL.parse(remoteUrl);
  if (!url) throw new RemoteCatalogError('The address of the remote catalogue is no URL.');
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  const { status, body } = await send(client, url, signal);
  const text = body.toString('utf8');
  if (JSON_STATUSES.includes(status)) return { status, type: 'json', body: readJson(text) };
  return { status, type: 'text', body: text };
}

async function send(client: OutsideClient, url: URL, signal: AbortSignal) {
  try {
    return await client.request(url, {
      signal,
      maximumBytes: MOST_BYTES,
      timeoutSeconds: TIMEOUT_SECONDS,
      headers: { accept: 'application/json', [FORWARDED_HEADER]: '1' },
    });
  } catch (error) {
    if (!(error instanceof OutsideRequestError)) throw error;
    throw new RemoteCatalogError(`The remote catalogue cannot be searched: ${error.message}`, {
      cause: error,
    });
  }
}

function readJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new RemoteCatalogError('The remote catalogue did not reply with JSON.', { cause: error });
  }
}
