import { readFile, rm, writeFile } from 'node:fs/promises';
import { PRODUCT_NAME } from '../platform/product.ts';
import { isSystemError } from '../platform/system-error.ts';
import { commandLineOf, isRunning } from './processes.ts';

/** Another process holds the lock. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly pid: number;

  constructor(pid: number) {
    super(`${PRODUCT_NAME} already runs on this folder, as process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Takes the lock of a folder: a file with our process id. A lock whose process is gone, or is some other
 * program by now, is taken over.
 *
 * @param scriptName what the command line of each of its holders has.
 * @returns a function that gives it back.
 * @throws {AlreadyRunningError}
 */
export async function takeLock(lockFile: string, scriptName: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(lockFile, `${process.pid}\n`, { flag: 'wx' });
      return async () => {
        if ((await pidIn(lockFile)) === process.pid) await rm(lockFile, { force: true });
      };
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
    }
    const holder = await lockHolder(lockFile, scriptName);
    if (holder !== undefined) throw new AlreadyRunningError(holder);
    await rm(lockFile, { force: true });
  }
}

/** The process that holds a lock now, where one does. */
export async function lockHolder(lockFile: string, scriptName: string): Promise<number | undefined> {
  const pid = await pidIn(lockFile);
  if (pid === undefined || pid === process.pid || !isRunning(pid)) return undefined;
  const commandLine = await commandLineOf(pid);
  // Where the system does not show it, better one false alarm than two at once.
  return commandLine === '' || commandLine.includes(scriptName) ? pid : undefined;
}

async function pidIn(lockFile: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
  return pid > 0 ? pid : undefined;
}
