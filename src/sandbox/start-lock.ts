import { readFile, rm, writeFile } from 'node:fs/promises';
import { commandLineOf, isRunning } from './processes.ts';

/** Another process holds the lock. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly pid: number;

  constructor(pid: number) {
    super(`Composite Handler already runs on this folder, as process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Takes the lock of a folder: a file with our process id. A lock whose process is gone, or is some other
 * program by now, is taken over.
 *
 * @param script the file that its holders run, as it stands on their command lines.
 * @returns a function that gives it back.
 * @throws {AlreadyRunningError}
 */
export async function takeLock(lockFile: string, script: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(lockFile, `${process.pid}\n`, { flag: 'wx' });
      return () => rm(lockFile, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = await lockHolder(lockFile, script);
    if (holder !== undefined) throw new AlreadyRunningError(holder);
    await rm(lockFile, { force: true });
  }
}

/** The process that holds a lock now, where one does. */
export async function lockHolder(lockFile: string, script: string): Promise<number | undefined> {
  const text = await readFile(lockFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0) || pid === process.pid || !isRunning(pid)) return undefined;
  return (await commandLineOf(pid)).includes(script) ? pid : undefined;
}
