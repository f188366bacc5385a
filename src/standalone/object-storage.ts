import { mkdir } from 'node:fs/promises';
import S3rver from '@20minutes/s3rver';
import { type LocalServer, listenLocally } from '../app-kit/sandbox/local-server.ts';

/** Options of {@link startSandboxObjectStorage}. */
export interface SandboxObjectStorageOptions {
  /** Where buckets and objects are kept, as files; made where it does not exist. */
  readonly directory: string;
  /** The buckets that are there from the start. */
  readonly bucketNames: readonly string[];
  /** Where it listens on 127.0.0.1. Default: a free port. */
  readonly port?: number;
  /** Is given what goes wrong inside, such as a disk that is full. */
  readonly onError?: (error: Error) => void;
}

/** A running stand-in for Amazon S3. */
export interface SandboxObjectStorage extends LocalServer {
  /** What the AWS SDK reads from the environment to come here. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The server knows this one pair of keys. */
const ACCESS_KEY = 'S3RVER';

/**
 * Starts a stand-in for Amazon S3 that streams objects to and from disk, so that their size and number cost
 * no memory. Programs on this machine may read them without keys, as a browser does.
 *
 * @throws what the system says where the port is taken or the directory cannot be made.
 */
export async function startSandboxObjectStorage(
  options: SandboxObjectStorageOptions,
): Promise<SandboxObjectStorage> {
  await mkdir(options.directory, { recursive: true });
  const application = new S3rver({
    silent: true,
    directory: options.directory,
    vhostBuckets: false,
    // It signs the queries of some requests otherwise than the AWS SDK does, and keys guard nothing here.
    allowMismatchedSignatures: true,
    configureBuckets: options.bucketNames.map((name) => ({ name })),
  });
  application.on('error', (error) => {
    // What S3 returns by design (no such key, …) is no fault of ours.
    if (!('status' in error)) options.onError?.(error);
  });
  await application.configureBuckets();
  const server = await listenLocally(application.callback(), options.port);
  return {
    ...server,
    environment: {
      AWS_ENDPOINT_URL_S3: server.url,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: ACCESS_KEY,
      AWS_REGION: 'us-east-1',
    },
  };
}
