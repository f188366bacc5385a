/** What is known of the checks of a service or a layer. */
export interface Uptime {
  /** All checks. */
  readonly checkCount: number;
  readonly successCount: number;
  /** The newest checks, the oldest of them first: `1` for a success, `0` for a failure. At most 64. */
  readonly recent: string;
}

/** Checks whose outcomes are kept beside the counts. */
const RECENT_CHECKS = 64;

/** Makes what {@link Uptime} has of the newest checks from the bits that are stored, the newest in the lowest one. */
export function recentOf(bits: bigint, checkCount: number): string {
  const known = Math.min(RECENT_CHECKS, checkCount);
  return known === 0
    ? ''
    : BigInt.asUintN(RECENT_CHECKS, bits).toString(2).padStart(known, '0').slice(-known);
}

/** The share of checks that succeeded, for people: `98 %`, `99.6 %`, `not checked yet`. */
export function reliabilityInWords({
  checkCount,
  successCount,
}: Pick<Uptime, 'checkCount' | 'successCount'>): string {
  if (checkCount === 0) return 'not checked yet';
  const percent = (100 * successCount) / checkCount;
  if (successCount === checkCount || successCount === 0) return `${percent} %`;
  // One failure of many is no 100 %.
  const shown = percent >= 99 ? Math.min(99.9, percent).toFixed(1) : String(Math.max(1, Math.round(percent)));
  return `${shown} %`;
}
