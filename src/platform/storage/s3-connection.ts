import type { S3Client } from '@aws-sdk/client-s3';
import type { LoadedConfigSelectors } from '@smithy/core/config';
import { awsAgents } from '../aws-connections.ts';
import { AWS_REGION } from '../aws-region.ts';
import type { OutgoingNetwork } from '../http/outgoing/outgoing-network.ts';
import { checksumsWhereRequired, requireMd5 } from './checksums.ts';

const CONNECTION_TIMEOUT_MILLISECONDS = 10_000;

/** Sockets in addition to those of the uploads: for listings, removals, and origins. */
const SPARE_SOCKETS = 8;

/** How long S3 is given. */
export interface Patience {
  /** Tries of one request, including the first; the SDK waits longer before each. */
  readonly maximumAttempts: number;
  /**
   * How long S3 may be silent. The time of a whole upload has no limit, as a page may be large and a link slow.
   */
  readonly idleTimeoutMilliseconds: number;
}

/** Options of {@link connectToS3}. */
export interface S3ConnectionOptions {
  /** The URL of a service that replaces Amazon's. Default: that of the profile, or else Amazon's. */
  readonly endpoint: string | undefined;
  readonly network: OutgoingNetwork;
  readonly patience: Patience;
  /** Requests that are made at the same time. */
  readonly requestsAtOnce: number;
}

/** A client of S3, the SDK that it comes from, and the custom endpoint that it uses, if one is configured. */
export interface S3Connection {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
  readonly endpoint: string | undefined;
}

/**
 * Makes a client of S3, and loads the SDK, which most processes never need. Credentials, region and endpoint come
 * from the environment and from the profile, as the AWS SDK reads them. Sends no request.
 */
export async function connectToS3(options: S3ConnectionOptions): Promise<S3Connection> {
  const [sdk, { loadConfig }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/core/config'),
  ]);
  const profileEndpoint = (await loadConfig<string>(PROFILE_ENDPOINT)()).replace(/\/+$/, '');
  const endpoint = options.endpoint ?? (profileEndpoint || undefined);
  const client = new sdk.S3Client({
    region: loadConfig<string>(REGION),
    maxAttempts: options.patience.maximumAttempts,
    followRegionRedirects: true,
    // Otherwise each page of more than 2 MiB would be sent on a connection of its own.
    expectContinueHeader: false,
    // Stores that are not Amazon's often have no certificate for a host of the bucket's name.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, ...checksumsWhereRequired() }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
      socketTimeout: options.patience.idleTimeoutMilliseconds,
      ...awsAgents(options.network, {
        keepAlive: true,
        maxSockets: options.requestsAtOnce + SPARE_SOCKETS,
      }),
    },
  });
  if (endpoint !== undefined) requireMd5(client);
  return { sdk, client, endpoint };
}

/** If no region is configured, the SDK throws; the deployed service's (boto3) uses this one for S3. */
const REGION = {
  ...AWS_REGION,
  default: 'us-east-1',
} satisfies LoadedConfigSelectors<string>;

/** `endpoint_url` of the profile, or of its `services` section; empty if there is none. */
const PROFILE_ENDPOINT = {
  environmentVariableSelector: () => undefined,
  configFileSelector: (profile, configFile) =>
    configFile?.[`services.${profile['services']}`]?.['s3.endpoint_url'] ?? profile['endpoint_url'],
  default: '',
} satisfies LoadedConfigSelectors<string>;
