import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Words of the sample titles that stand for sensitive ones. */
export const SAMPLE_TERMS: readonly [string, ...string[]] = ['fox', 'night market'];

/** Writes the sensitive terms of the sandbox into a folder; returns the URL of the file. */
export async function writeSampleTerms(directory: string): Promise<string> {
  const path = join(directory, 'sensitive-terms.txt');
  await writeFile(path, `${SAMPLE_TERMS.join('\n')}\n`);
  return pathToFileURL(path).href;
}
