import type { S3Connection } from './s3-connection.ts';

/**
 * Returns the URL of a bucket, with a slash at its end: with the bucket's region, or below the custom endpoint.
 *
 * @throws the error of the SDK, if S3 does not tell the region
 */
export async function findBucketUrl(
  { sdk, client, endpoint }: S3Connection,
  bucketName: string,
): Promise<string> {
  if (endpoint !== undefined) return `${endpoint}/${bucketName}/`;
  const { LocationConstraint } = await client.send(new sdk.GetBucketLocationCommand({ Bucket: bucketName }));
  if (!LocationConstraint) return `https://s3.amazonaws.com/${bucketName}/`;
  // Buckets of S3's first years may still say "EU", which is no region's name.
  const region = LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint;
  return `https://s3-${region}.amazonaws.com/${bucketName}/`;
}

/**
 * Returns the URL of a key. With Amazon's hosts the key is in the URL as it is: those who fetch it take it from
 * there without decoding it. Elsewhere it is percent-encoded.
 */
export function urlOfKey(bucketUrl: string, key: string): string {
  return `${bucketUrl}${isAmazons(bucketUrl) ? key : key.split('/').map(encodePathSegment).join('/')}`;
}

/** Returns the key of a URL that {@link urlOfKey} made; undefined if it was made for another bucket or endpoint. */
export function keyOfUrl(bucketUrl: string, url: string): string | undefined {
  if (!url.startsWith(bucketUrl)) return undefined;
  const path = url.slice(bucketUrl.length);
  return isAmazons(bucketUrl) ? path : path.split('/').map(decodeURIComponent).join('/');
}

/** Whether a URL is one of Amazon's own hosts. */
function isAmazons(url: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(URL.parse(url)?.hostname ?? '');
}

/** `encodeURIComponent` leaves some characters that S3 wants encoded as well. */
function encodePathSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
