import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICKS_PER_SECOND = 100;

/** What one process has used, with the children that it has outlived. */
interface UsedTime {
  readonly parentPid: number;
  readonly seconds: number;
}

/**
 * Processor seconds that a process, and everything it has started, have used so far. Undefined where there is no
 * `/proc`, or where the process is gone.
 */
export async function processorSeconds(rootPid: number): Promise<number | undefined> {
  const used = await allProcesses();
  const root = used.get(rootPid);
  if (!root) return undefined;
  const children = Map.groupBy(used.keys(), (pid) => used.get(pid)?.parentPid ?? 0);
  const secondsBelow = (pid: number): number =>
    (used.get(pid)?.seconds ?? 0) +
    (children.get(pid) ?? []).reduce((sum, child) => sum + secondsBelow(child), 0);
  return secondsBelow(rootPid);
}

async function allProcesses(): Promise<ReadonlyMap<number, UsedTime>> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map(async (pid) => [pid, await usedBy(pid)] as const));
  return new Map(found.flatMap(([pid, used]) => (used ? [[pid, used] as const] : [])));
}

async function usedBy(pid: number): Promise<UsedTime | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name of the program may contain spaces; what follows it are numbers, from the state of the process on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parentPid: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND };
}
