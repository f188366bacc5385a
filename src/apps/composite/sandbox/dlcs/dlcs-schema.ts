import { Ajv, type ErrorObject } from 'ajv';
import { FAILING_ROUTES, type SandboxFailure } from './dlcs-failures.ts';
import type { PostedImage } from './dlcs-store.ts';

/** Images that one batch takes at most. */
const MAXIMUM_BATCH_SIZE = 1_000;

/** A hydra:Collection of images, as it is posted to the queue. */
export interface ImageCollection {
  readonly member: readonly PostedImage[];
}

const ajv = new Ajv({ allErrors: true });

const validateImages = ajv.compile<ImageCollection>({
  type: 'object',
  required: ['@type', 'member'],
  properties: {
    '@type': { const: 'Collection' },
    member: {
      type: 'array',
      minItems: 1,
      maxItems: MAXIMUM_BATCH_SIZE,
      items: {
        type: 'object',
        required: ['id', 'space', 'origin', 'family', 'mediaType'],
        properties: {
          id: { type: 'string', minLength: 1 },
          space: { type: 'integer', minimum: 0 },
          origin: { type: 'string', pattern: '^[a-z][a-z0-9+.-]*://' },
          family: { enum: ['I', 'T', 'F'] },
          mediaType: { type: 'string', pattern: '^[^/ ]+/[^/ ]+$' },
        },
      },
    },
  },
});

const validateFailure = ajv.compile<SandboxFailure>({
  type: 'object',
  required: ['route'],
  additionalProperties: false,
  properties: {
    route: { enum: FAILING_ROUTES },
    times: { type: 'integer', minimum: 1 },
    when: { enum: ['before', 'afterStoring'] },
    status: { type: 'integer', minimum: 200, maximum: 599 },
    body: {},
    delayMilliseconds: { type: 'integer', minimum: 0 },
    drop: { type: 'boolean' },
    hang: { type: 'boolean' },
  },
});

/** A body that does not fit; its message says where and how. */
export class InvalidBodyError extends Error {
  override readonly name = 'InvalidBodyError';
}

/** Reads a posted batch. @throws {InvalidBodyError} */
export function readImages(body: unknown): readonly PostedImage[] {
  if (!validateImages(body)) throw new InvalidBodyError(describe(validateImages.errors));
  const seen = new Set<string>();
  for (const { space, id } of body.member) {
    const key = `${space}/${id}`;
    if (seen.has(key)) throw new InvalidBodyError(`member holds the image ${key} more than once`);
    seen.add(key);
  }
  return body.member;
}

/** Reads the body of the control route. @throws {InvalidBodyError} */
export function readFailure(body: unknown): SandboxFailure {
  if (!validateFailure(body)) throw new InvalidBodyError(describe(validateFailure.errors));
  return body;
}

function describe(errors: readonly ErrorObject[] | null | undefined): string {
  const faults = (errors ?? []).map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`);
  return faults.slice(0, 20).join('; ');
}
