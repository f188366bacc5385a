/** Returns the processor time that work takes, in seconds. A busy machine lengthens it little. */
export function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}
