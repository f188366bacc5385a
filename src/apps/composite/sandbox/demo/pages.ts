import { createWriteStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';
import { writeContactSheet } from '../../../../app-kit/sandbox/contact-sheet.ts';
import type { ObjectStorage } from '../../../../platform/storage/object-storage.ts';

/** What the demo leaves on disk. */
export interface FetchedPages {
  readonly directory: string;
  readonly contactSheet: string;
  readonly sizeBytes: number;
}

const DOWNLOADS_AT_A_TIME = 4;

/** Fetches the pages from S3 into a folder, and puts a contact sheet beside them. */
export async function fetchPages(
  urls: readonly string[],
  directory: string,
  storage: ObjectStorage,
  bucketName: string,
): Promise<FetchedPages> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'pages.txt'), `${urls.join('\n')}\n`);
  try {
    const atATime = pLimit(DOWNLOADS_AT_A_TIME);
    const paths = await Promise.all(
      urls.map((url) =>
        atATime(async () => {
          const key = keyOf(url, bucketName);
          const path = join(directory, basename(key));
          const { body } = await storage.readOwn(key);
          await pipeline(body, createWriteStream(path));
          return path;
        }),
      ),
    );
    const contactSheet = join(directory, 'contact-sheet.png');
    await writeContactSheet(paths, contactSheet);
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    return { directory, contactSheet, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
  } finally {
    storage.close();
  }
}

/** `{anything}/{bucket}/{key}`, as the handler writes the URLs of pages. */
function keyOf(url: string, bucketName: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return path.slice(path.indexOf(`/${bucketName}/`) + bucketName.length + 2);
}
