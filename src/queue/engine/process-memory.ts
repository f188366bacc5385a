import { readFile } from 'node:fs/promises';
import pidusage from 'pidusage';

/**
 * The memory that processes of this machine take (their resident set, in bytes), by their ids. One that has ended
 * is left out. Where the system does not tell, as the program that does is missing, none is in it.
 */
export async function residentBytes(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (pids.length === 0) return new Map();
  // Of a single process that is gone pidusage says so by an error; of one among several, by leaving it out.
  const found: Readonly<Record<string, { readonly memory: number } | undefined>> = await pidusage([
    ...pids,
  ]).catch(() => ({}));
  return new Map(
    pids.flatMap((pid) => {
      const memory = found[pid]?.memory;
      return memory === undefined ? [] : [[pid, memory] as const];
    }),
  );
}

/**
 * Likewise, including the programs that each process runs, if the system says which these are (Linux does): for
 * each process the sum.
 */
export async function familyResidentBytes(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const families = await Promise.all(
    pids.map(async (pid) => ({ pid, members: [pid, ...(await descendants(pid))] })),
  );
  const memory = await residentBytes(families.flatMap(({ members }) => members));
  return new Map(
    families.map(({ pid, members }) => [
      pid,
      members.reduce((sum, member) => sum + (memory.get(member) ?? 0), 0),
    ]),
  );
}

/** Node starts programs from its main thread, whose number is that of the process. */
async function descendants(pid: number): Promise<readonly number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = (listed.match(/\d+/g) ?? []).map(Number);
  const grandchildren = await Promise.all(children.map(descendants));
  return [...children, ...grandchildren.flat()];
}
