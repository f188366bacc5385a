import { type OutsideClient, OutsideRequestError } from '../fetching/outside-client.ts';
import type { DetectedService } from '../sources/map-source.ts';
import { isFinalFault } from './final-faults.ts';

/** Bytes that are read of a service to see that it is there. */
const SAMPLE_BYTES = 64 * 1_024;

/** How long services are asked in all. Those that are left then are taken unseen: their first check decides. */
const LONGEST_SECONDS = 600;

/** What asking services takes. */
export interface ReachableContext {
  readonly client: OutsideClient;
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** Default: ten minutes. */
  readonly longestSeconds?: number;
}

/** Services that reply, and what the others said. */
export interface ReachableServices {
  readonly services: readonly DetectedService[];
  /** A sentence each. */
  readonly errors: readonly string[];
}

/**
 * Asks services for their addresses, one after the other, as catalogues name many that are gone. One that misses the parameters of its
 * protocol (400) is there; every other status but 2xx is an error. A host that does not reply is asked once.
 */
export async function reachableServices(
  services: readonly DetectedService[],
  { client, signal, longestSeconds = LONGEST_SECONDS }: ReachableContext,
): Promise<ReachableServices> {
  const end = performance.now() + longestSeconds * 1_000;
  const reachable: DetectedService[] = [];
  const errors: string[] = [];
  const faultyHosts = new Set<string>();
  for (const service of services) {
    const { host } = new URL(service.url);
    if (faultyHosts.has(host)) continue;
    const fault = performance.now() < end ? await faultOf(service, client, signal) : undefined;
    if (fault) errors.push(fault.message);
    else reachable.push(service);
    if (fault?.isOfHost) faultyHosts.add(host);
  }
  return { services: reachable, errors };
}

/** Why a service is not taken. */
interface ServiceFault {
  readonly message: string;
  /** Whether its host has the fault, so that nothing else is there either. */
  readonly isOfHost: boolean;
}

async function faultOf(
  { url }: DetectedService,
  client: OutsideClient,
  signal: AbortSignal,
): Promise<ServiceFault | undefined> {
  try {
    const { status } = await client.request(new URL(url), { signal, maximumBytes: SAMPLE_BYTES });
    if ((status >= 200 && status < 300) || status === 400) return undefined;
    return { message: `${url} replied with ${status}.`, isOfHost: false };
  } catch (error) {
    if (!(error instanceof OutsideRequestError)) throw error;
    if (error.fault === 'too-large') return undefined;
    return { message: error.message, isOfHost: isFinalFault(error) };
  }
}
