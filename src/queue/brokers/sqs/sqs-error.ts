import { describeAwsFailure } from '../../../platform/aws-failure.ts';

/** Amazon SQS did not do what it was asked; the message names the queue, what SQS said, and what to do. */
export class SqsError extends Error {
  override readonly name = 'SqsError';
}

/** What to do, by what the SDK, SQS, or the system called the failure. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\b(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|ExpiredToken|CredentialsProviderError|HTTP 401)\b/,
    'give valid AWS credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role)',
  ],
  [
    /\b(AccessDenied|AccessDeniedException|HTTP 403)\b/,
    "let the credentials' policy allow this (sqs:GetQueueUrl, sqs:CreateQueue, sqs:GetQueueAttributes, sqs:SendMessage, sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility)",
  ],
  [/\b(QueueDeletedRecently)\b/, 'SQS lets a name be used again 60 seconds after its queue was deleted'],
  [/no region is configured/, 'set AWS_REGION'],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|TimeoutError|ETIMEDOUT)\b/,
    'check the network, AWS_REGION and AWS_ENDPOINT_URL_SQS',
  ],
];

/** Describes a request to SQS that failed: what it was (`take messages`), the queue, the reason, and what helps. */
export function describeSqsFailure(what: string, queueName: string, error: unknown): SqsError {
  const said = describeAwsFailure(error);
  const [, advice] = ADVICE.find(([pattern]) => pattern.test(said)) ?? [];
  const help = advice === undefined ? '' : `; ${advice}`;
  return new SqsError(`The SQS queue ${queueName} could not ${what}: ${said}${help}`, { cause: error });
}
