import { Ajv } from 'ajv';
import type { FileStore } from '../files/file-store.ts';
import { FileStoreError } from '../files/file-store-error.ts';

/** The name of a product's manifest, below its prefix. */
export const MANIFEST_NAME = '_manifest.json';

/** The name of the JSON that a package was pushed with, below its prefix. */
export const PUSHED_METADATA_NAME = '_pushed.json';

const LARGEST_MANIFEST_BYTES = 16 * 1024 ** 2;

/** A file of a product. */
export interface ManifestFile {
  /** Relative to the prefix. */
  readonly path: string;
  readonly kind: 'image' | 'metadata' | 'other';
  readonly sizeBytes: number;
}

/**
 * What the preprocessor has stored below a prefix. It is stored as `unfinished` before the first file, and as `complete` after the last
 * one: files of two runs are never taken for one product.
 */
export interface Manifest {
  readonly state: 'unfinished' | 'complete';
  /** The task that stored it. */
  readonly taskId: string;
  readonly package: { readonly path: string; readonly sizeBytes: number };
  readonly type: string;
  readonly level: string;
  /** The file of metadata; null if the package has none. */
  readonly metadata: string | null;
  readonly pushedMetadata: string | null;
  /** Empty while it is unfinished. */
  readonly files: readonly ManifestFile[];
}

const text = { type: 'string' } as const;

const isManifest = new Ajv().compile<Manifest>({
  type: 'object',
  required: ['state', 'taskId', 'package', 'type', 'level', 'metadata', 'pushedMetadata', 'files'],
  properties: {
    state: { enum: ['unfinished', 'complete'] },
    taskId: text,
    package: {
      type: 'object',
      required: ['path', 'sizeBytes'],
      properties: { path: text, sizeBytes: { type: 'integer' } },
    },
    type: text,
    level: text,
    metadata: { type: 'string', nullable: true },
    pushedMetadata: { type: 'string', nullable: true },
    files: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'kind', 'sizeBytes'],
        properties: {
          path: text,
          kind: { enum: ['image', 'metadata', 'other'] },
          sizeBytes: { type: 'integer' },
        },
      },
    },
  },
});

/**
 * Reads the manifest of a product; `undefined` if there is none, or none of this form.
 *
 * @param prefix without a slash at its end.
 * @throws {FileStoreError}
 */
export async function readManifest(
  store: FileStore,
  prefix: string,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  try {
    const bytes = await store.readRange(`${prefix}/${MANIFEST_NAME}`, 0, LARGEST_MANIFEST_BYTES, signal);
    const manifest: unknown = JSON.parse(bytes.toString());
    return isManifest(manifest) ? manifest : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof FileStoreError && error.failure === 'missing') return undefined;
    throw error;
  }
}

/** Stores the manifest of a product. @throws {FileStoreError} */
export async function storeManifest(
  store: FileStore,
  prefix: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
  await store.put(`${prefix}/${MANIFEST_NAME}`, body, 'application/json', signal);
}
