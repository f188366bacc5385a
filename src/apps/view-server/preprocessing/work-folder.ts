import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isSystemError } from '../../../platform/system-error.ts';

/** Where packages are worked on, below the scratch directory. */
const PARENT = 'view-server-packages';

/** What another machine has left here is removed after this time; an attempt never takes so long. */
const ABANDONED_MILLISECONDS = 2 * 24 * 3_600_000;

/** The folders that this process uses. */
const IN_USE = new Set<string>();

/**
 * Runs something with an empty folder of its own, which is removed however it ends. Folders that killed processes have left are removed
 * first.
 */
export async function inWorkFolder<T>(
  scratchDirectory: string,
  taskId: string,
  run: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = join(scratchDirectory, PARENT);
  const name = `${process.pid}.${taskId}.${hostname()}`;
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeAbandoned(parent);
  const folder = join(parent, name);
  IN_USE.add(name);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    IN_USE.delete(name);
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (await isAbandoned(parent, name)) {
      await rm(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

async function isAbandoned(parent: string, name: string): Promise<boolean> {
  if (IN_USE.has(name)) return false;
  const [, pid, host] = /^(\d+)\.[^.]+\.(.+)$/.exec(name) ?? [];
  if (host === hostname() && !isAlive(Number(pid))) return true;
  const found = await stat(join(parent, name)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MILLISECONDS;
}

/** A process that this one may not signal lives. What has this process's own number and is not in use is of an earlier one. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isSystemError(error, 'ESRCH');
  }
}
