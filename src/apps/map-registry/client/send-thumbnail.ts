import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { HttpError } from '../../../platform/http/http-error.ts';
import type { Platform } from '../../../platform/platform.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';
import { mapRegistrySettings } from '../settings.ts';
import { openRegistryBucket } from '../storage/registry-bucket.ts';

/** Seconds that browsers keep a picture without asking for it again. */
const CACHE_SECONDS = 300;

/** Sends the picture of a layer. @throws {HttpError} 404 where the object is gone. */
export async function sendThumbnail(
  platform: Platform,
  key: string,
  request: Request,
  response: Response,
): Promise<void> {
  // The key is made of the content.
  response.set('Cache-Control', `public, max-age=${CACHE_SECONDS}`).set('ETag', `"${key}"`);
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const { bucketName } = platform.settingsOf(mapRegistrySettings).storage;
    const { body } = await openRegistryBucket(platform).read(bucketName, key, { signal: gone.signal });
    response.type('image/webp');
    await pipeline(body, response);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (error instanceof ObjectStorageError && error.isMissingObject) {
      response.removeHeader('Cache-Control');
      throw new HttpError(404, 'The picture is gone.');
    }
    throw error;
  }
}
