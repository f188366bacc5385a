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

/** Ports of one host that are probed, one after another; the rows say which, and there can be thousands. */
const MOST_PORTS_OF_A_HOST = 3;

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
 * do. A host has one request at a time, and three at most, for three of its ports; the others get `https:`. Requests go to the
 * public internet alone, and to networks that are listed; redirects are not followed.
 *
 * @param hosts as they are in URLs: with a port, where there is one.
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
  const schemes = new Map<string, UrlScheme>();
  const limit = pLimit(CONCURRENT_PROBES);
  /** One host on all its ports. */
  const probeAll = async (places: readonly ProbedPlace[]) => {
    for (const { url, spellings } of places) {
      options.signal.throwIfAborted();
      const found = await probe(client, url, options.signal);
      if (found === 'refused') refused.push(...spellings);
      for (const spelling of spellings) schemes.set(spelling, found === 'refused' ? 'https' : found);
    }
  };
  try {
    for (const host of hosts) schemes.set(host, KNOWN_HOSTS.get(host) ?? 'https');
    const places = probedPlaces(hosts, options.probed);
    await Promise.all([...places.values()].map((ofHost) => limit(() => probeAll(ofHost))));
    return { schemes, refused: refused.toSorted() };
  } finally {
    await client.destroy();
  }
}

/** A host and a port, and how the URLs spell them: also with a name of a user before them. */
interface ProbedPlace {
  readonly url: URL;
  readonly spellings: string[];
}

/** Returns what is probed, by the names of the hosts. */
function probedPlaces(
  hosts: readonly string[],
  probed: readonly string[],
): ReadonlyMap<string, readonly ProbedPlace[]> {
  const byHost = new Map<string, ProbedPlace[]>();
  for (const spelling of hosts) {
    const url = URL.parse(`https://${spelling}/`);
    if (KNOWN_HOSTS.has(spelling) || !url || !isListed(url.hostname, probed)) continue;
    const places = byHost.get(url.hostname) ?? [];
    const known = places.find((place) => place.url.host === url.host);
    if (known) known.spellings.push(spelling);
    else if (places.length < MOST_PORTS_OF_A_HOST) places.push({ url, spellings: [spelling] });
    byHost.set(url.hostname, places);
  }
  return byHost;
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
    // The host alone: what precedes it in the URL may be a password.
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
