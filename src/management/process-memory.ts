import { readFile } from 'node:fs/promises';

/** What one process takes. */
export interface ProcessMemory {
  readonly pid: number;
  readonly residentBytes: number;
}

/** A process of this machine and its children, where Linux tells of them; none where there is no such process. */
export async function processTreeMemory(pid: number): Promise<ProcessMemory[]> {
  try {
    const [status, children] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'),
    ]);
    const residentKibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(processTreeMemory));
    return [{ pid, residentBytes: residentKibibytes * 1_024 }, ...below.flat()];
  } catch (error) {
    // Not on Linux, or the process has ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return [];
    throw error;
  }
}
