import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CogDescription } from './cog-engine.ts';

/**
 * Lets a conversion work in a folder beside its target, where its result is called `cog`. However it ends, nothing is
 * left of the folder, and the target is either whole or not there.
 */
export async function intoScratchFolder(
  targetFile: string,
  signal: AbortSignal,
  convert: (scratchFolder: string) => Promise<CogDescription>,
): Promise<CogDescription> {
  signal.throwIfAborted();
  const scratchFolder = await mkdtemp(`${targetFile}.`);
  try {
    const description = await convert(scratchFolder);
    signal.throwIfAborted();
    await rename(join(scratchFolder, 'cog'), targetFile);
    return description;
  } finally {
    // What a thread that was ended has begun to write may still come.
    await rm(scratchFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
