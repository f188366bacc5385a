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
