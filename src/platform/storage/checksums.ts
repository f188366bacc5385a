import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { loadConfig } from '@smithy/core/config';
import { HttpRequest } from '@smithy/core/protocols';

type Calculation = 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';

/** Checksums that S3 has had since 2022; stores that only speak its protocol may refuse a request that has them. */
const NEWER_CHECKSUM = /^(x-amz-checksum-.*|x-amz-sdk-checksum-algorithm)$/i;

/** Requests that S3 does not take without a checksum, and takes with `Content-MD5` as it always has. */
const NEEDS_CHECKSUM = ['DeleteObjectsCommand'];

/**
 * Lets a client of a store that is not Amazon's use checksums only where they are required. The variables and the
 * profile of the AWS SDK (`AWS_REQUEST_CHECKSUM_CALCULATION`, …) take precedence.
 */
export function checksumsWhereRequired() {
  return {
    requestChecksumCalculation: loadConfig<Calculation>({
      environmentVariableSelector: (environment) =>
        calculation(environment['AWS_REQUEST_CHECKSUM_CALCULATION']),
      configFileSelector: (profile) => calculation(profile['request_checksum_calculation']),
      default: 'WHEN_REQUIRED',
    }),
    responseChecksumValidation: loadConfig<Calculation>({
      environmentVariableSelector: (environment) =>
        calculation(environment['AWS_RESPONSE_CHECKSUM_VALIDATION']),
      configFileSelector: (profile) => calculation(profile['response_checksum_validation']),
      default: 'WHEN_REQUIRED',
    }),
  };
}

/** Lets a client send `Content-MD5` where a checksum is required, which every store knows. */
export function requireMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (step) => {
        const { request } = step;
        if (NEEDS_CHECKSUM.includes(String(commandName)) && HttpRequest.isInstance(request)) {
          const kept = Object.entries(request.headers).filter(([name]) => !NEWER_CHECKSUM.test(name));
          const md5 = createHash('md5').update(request.body).digest('base64');
          request.headers = { ...Object.fromEntries(kept), 'content-md5': md5 };
        }
        return next(step);
      },
    // After the SDK's own checksums, and before the request is signed.
    { step: 'build', priority: 'low', name: 'contentMd5' },
  );
}

function calculation(word: string | undefined): Calculation | undefined {
  const upper = word?.trim().toUpperCase();
  return upper === 'WHEN_SUPPORTED' || upper === 'WHEN_REQUIRED' ? upper : undefined;
}
