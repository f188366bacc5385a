import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';

const BUCKET_NAME = 'pages';

/**
 * Starts a stand-in for S3 with a bucket for pages, from before the first test of the file until after the last.
 *
 * @returns a function for the settings of whoever uses the bucket; to be called when tests run, or in their hooks.
 */
export function shareBucket(): () => Record<string, string> {
  let directory = '';
  let storage: SandboxObjectStorage | undefined;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bucket-test-'));
    storage = await startSandboxObjectStorage({ directory, bucketNames: [BUCKET_NAME] });
    Object.assign(process.env, storage.environment);
  });
  afterAll(async () => {
    await storage?.close();
    await rm(directory, { recursive: true });
  });
  return () => ({ DLCS_S3_BUCKET_NAME: BUCKET_NAME, ...storage?.environment });
}
