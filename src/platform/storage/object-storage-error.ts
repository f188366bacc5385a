import { types } from 'node:util';
import { describeAwsFailure } from '../aws-failure.ts';

/** The names of the variables that an operator changes if something is wrong with a bucket. */
export interface BucketVariables {
  readonly name: string;
  readonly requestsAtOnce: string;
}

/** S3 did not do what it was asked; the message names the bucket, the key, what S3 said, and what to do. */
export class ObjectStorageError extends Error {
  override readonly name = 'ObjectStorageError';

  /** Whether there is no object with this key. */
  get isMissingObject(): boolean {
    return types.isNativeError(this.cause) && MISSING.includes(this.cause.name);
  }

  /** Whether the object ends before the bytes that were to be read. */
  get isBehindEnd(): boolean {
    return types.isNativeError(this.cause) && this.cause.name === 'InvalidRange';
  }
}

/** What S3 calls an object that is not there, with a body and without one. */
const MISSING = ['NoSuchKey', 'NotFound'];

/** What to do, by what the SDK, S3, or the system called the failure; wrong keys lead to a 403 as well. */
const adviceOf = (variables: BucketVariables): readonly (readonly [RegExp, string])[] => [
  [/\bNoSuchBucket\b/, `create the bucket, or name another one in ${variables.name}`],
  [
    /\b(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|CredentialsProviderError|HTTP 401)\b/,
    'give valid AWS credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role)',
  ],
  [
    /\b(AccessDenied|AllAccessDisabled|HTTP 403)\b/,
    "let the credentials' policy allow this (s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket, s3:GetBucketLocation)",
  ],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|TimeoutError|ETIMEDOUT)\b/,
    'check the network, AWS_REGION and AWS_ENDPOINT_URL_S3',
  ],
  [
    /\b(SlowDown|ServiceUnavailable|HTTP 503)\b/,
    `S3 is overloaded; try later, or lower ${variables.requestsAtOnce}`,
  ],
];

/** Returns an error that names the request (`store a/b.jpg`), the bucket, what S3 said, and what helps. */
export function describeStorageFailure(
  what: string,
  bucketName: string,
  variables: BucketVariables,
  error: unknown,
): ObjectStorageError {
  const said = describeAwsFailure(error);
  const [, advice] = adviceOf(variables).find(([pattern]) => pattern.test(said)) ?? [];
  const help = advice === undefined ? '' : `; ${advice}`;
  return new ObjectStorageError(`The S3 bucket ${bucketName} could not ${what}: ${said}${help}`, {
    cause: error,
  });
}
