import pLimit from 'p-limit';
import { type OutsideClient, OutsideRequestError } from '../fetching/outside-client.ts';
import type { DetectedService } from '../sources/map-source.ts';

/** Hosts that are asked at the same time; each is asked for one service after the other. */
const HOSTS_AT_A_TIME = 8;

/** Bytes that are read of a service to see that it is there. */
const SAMPLE_BYTES = 64 * 1_024;

/** Services that reply, and what the others said. */
export interface ReachableServices {
  readonly services: readonly DetectedService[];
  /** A sentence each. */
  readonly errors: readonly string[];
}

/**
 * Asks each service for its address, as catalogues name many that are gone. One that misses the parameters of its
 * protocol (400) is there; every other status but 2xx is an error.
 */
export async function reachableServices(
  services: readonly DetectedService[],
  { client, signal }: { readonly client: OutsideClient; readonly signal: AbortSignal },
): Promise<ReachableServices> {
  const limit = pLimit(HOSTS_AT_A_TIME);
  const reachable = new Set<DetectedService>();
  const errors: string[] = [];
  const byHost = Map.groupBy(services, ({ url }) => new URL(url).host);
  await Promise.all(
    [...byHost.values()].map((ofHost) =>
      limit(async () => {
        for (const service of ofHost) {
          const fault = await faultOf(service, client, signal);
          if (fault === undefined) reachable.add(service);
          else errors.push(fault);
        }
      }),
    ),
  );
  return { services: services.filter((service) => reachable.has(service)), errors };
}

async function faultOf(
  { url }: DetectedService,
  client: OutsideClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { status } = await client.request(new URL(url), { signal, maximumBytes: SAMPLE_BYTES });
    return (status >= 200 && status < 300) || status === 400 ? undefined : `${url} replied with ${status}.`;
  } catch (error) {
    if (!(error instanceof OutsideRequestError)) throw error;
    return error.fault === 'too-large' ? undefined : error.message;
  }
}
