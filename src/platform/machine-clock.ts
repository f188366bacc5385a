/**
 * Milliseconds, with fractions, by a clock that all processes of a machine share, and that never goes back. Where
 * `performance.now()` begins differs from process to process.
 */
export function machineMilliseconds(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
