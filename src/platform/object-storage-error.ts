import { types } from 'node:util';
import { errorMessage } from './error-message.ts';

/** S3 did not do what it was asked; the message names the bucket, the key, what S3 said, and what to do. */
export class ObjectStorageError extends Error {
  override readonly name = 'ObjectStorageError';
  /** Whether the object, or the whole bucket, is not there. */
  readonly isNotFound: boolean;

  constructor(message: string, options: { readonly cause: unknown; readonly isNotFound: boolean }) {
    super(message, { cause: options.cause });
    this.isNotFound = options.isNotFound;
  }
}

/** What to do, by what the SDK, S3, or the system called the failure. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^NoSuchBucket$/, 'create the bucket, or name another one in DLCS_S3_BUCKET_NAME'],
  [
    /^(AccessDenied|Forbidden|AllAccessDisabled|403)$/,
    "let the credentials' policy allow this (s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket, s3:GetBucketLocation)",
  ],
  [
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|CredentialsProviderError|401)$/,
    'give valid AWS credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role)',
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|TimeoutError|ETIMEDOUT)$/,
    'check the network, AWS_REGION and AWS_ENDPOINT_URL_S3',
  ],
  [/^(SlowDown|ServiceUnavailable|503)$/, 'S3 is overloaded; try later, or lower DLCS_S3_UPLOAD_THREADS'],
];

/** Says what S3 was asked (`store a/b.jpg`), of which bucket, what came of it, and what helps. */
export function describeStorageFailure(what: string, bucketName: string, error: unknown): ObjectStorageError {
  const names = namesOf(error);
  const status = statusOf(error);
  const said = [...new Set([...names, messageOf(error)])].filter((part) => part !== '').join(': ');
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  const [, advice] =
    ADVICE.find(([pattern]) => [...names, String(status)].some((name) => pattern.test(name))) ?? [];
  const help = advice === undefined ? '' : `; ${advice}`;
  return new ObjectStorageError(`The S3 bucket ${bucketName} could not ${what}: ${said}${http}${help}`, {
    cause: error,
    isNotFound: status === 404,
  });
}

/** The error's own name, and the system's code; a bare `Error` and the SDK's `UnknownError` say nothing. */
function namesOf(error: unknown): string[] {
  if (!types.isNativeError(error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [error.name, code].filter((name) => !['', 'Error', 'UnknownError', 'Unknown'].includes(name));
}

function messageOf(error: unknown): string {
  const message = errorMessage(error);
  return message === 'UnknownError' ? '' : message;
}

function statusOf(error: unknown): number | undefined {
  if (!types.isNativeError(error) || !('$metadata' in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
