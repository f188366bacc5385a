import pLimit from 'p-limit';
import { AddressRefusedError } from '../../../platform/http/outgoing/address-guard.ts';
import { AllowedNetworks } from '../../../platform/http/outgoing/allowed-networks.ts';
import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';

/** The scheme that a URL gets. */
export type UrlScheme = 'http' | 'https';

/** Hosts that the original server knows. They are not probed. */
const KNOWN_HOSTS: ReadonlyMap<string, UrlScheme> = new Map([
  ['www.flickr.com', 'https'],
  ['commons.wikimedia.org', 'https'],
  ['www.geograph.org.uk', 'https'],
  ['geograph.org.uk', 'https'],
  ['www.eol.org', 'https'],
  ['eol.org', 'https'],
  ['digitaltmuseum.org', 'https'],
  ['collections.musee-mccord.qc.ca', 'http'],
]);

const TIMEOUT_MILLISECONDS = 2_000;

/** Hosts that are probed at the same time. */
const CONCURRENT_PROBES = 8;

/** What probing has found. */
export interface ProbedHosts {
  readonly schemes: ReadonlyMap<string, UrlScheme>;
  /** Hosts that requests may not go to: they are in a private network. Their URLs get `https:`. */
  readonly refused: readonly string[];
}

/** How hosts are probed. */
export interface ProbeOptions {
  readonly network: OutgoingNetwork;
  /** Beside the public internet. */
  readonly allowed?: AllowedNetworks | undefined;
  /** Which hosts are probed, as the setting lists them; the others get `https:`. */
  readonly probed: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Finds out whether hosts accept `https:`, with one request to each: a status from 200 to 399 within two seconds says that they
 * do. Requests go to the public internet alone, and to networks that are listed; redirects are not followed.
 *
 * @throws the signal's reason.
 */
export async function probeHosts(hosts: readonly string[], options: ProbeOptions): Promise<ProbedHosts> {
  const client = OutgoingClient.guarded(
    options.network,
    {
      connectMilliseconds: TIMEOUT_MILLISECONDS,
      headersMilliseconds: TIMEOUT_MILLISECONDS,
      bodyMilliseconds: TIMEOUT_MILLISECONDS,
    },
    options.allowed ?? AllowedNetworks.PUBLIC,
  );
  const refused: string[] = [];
  const limit = pLimit(CONCURRENT_PROBES);
  try {
    const schemes = await Promise.all(
      hosts.map((host) =>
        limit(async (): Promise<readonly [string, UrlScheme]> => {
          options.signal.throwIfAborted();
          const known = KNOWN_HOSTS.get(host);
          if (known !== undefined) return [host, known];
          const url = URL.parse(`https://${host}/`);
          if (!url || !isListed(url.hostname, options.probed)) return [host, 'https'];
          const found = await probe(client, url, options.signal);
          if (found === 'refused') refused.push(host);
          return [host, found === 'refused' ? 'https' : found];
        }),
      ),
    );
    return { schemes: new Map(schemes), refused: refused.toSorted() };
  } finally {
    await client.destroy();
  }
}

/** `*` lists all hosts, `.example.org` also those below it. */
function isListed(host: string, listed: readonly string[]): boolean {
  return listed.some((entry) => {
    const name = entry.toLowerCase();
    if (name === '*') return true;
    return name.startsWith('.') ? host.endsWith(name) || host === name.slice(1) : host === name;
  });
}

async function probe(
  client: OutgoingClient,
  { host }: URL,
  signal: AbortSignal,
): Promise<UrlScheme | 'refused'> {
  try {
    // The host alone: what stands before it in the URL may be a password.
    const response = await client.fetch(new URL(`https://${host}/`), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]),
    });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400 ? 'https' : 'http';
  } catch (error) {
    signal.throwIfAborted();
    return isRefusal(error) ? 'refused' : 'http';
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof AddressRefusedError) return true;
  return error instanceof Error && error.cause !== undefined && isRefusal(error.cause);
}
