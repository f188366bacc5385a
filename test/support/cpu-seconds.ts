/** Returns the processor time that work takes in this process, in seconds. A busy machine lengthens it little. */
export async function cpuSecondsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return process.cpuUsage(before).user / 1e6;
}
