/** How subtitles say whether something is there. */
export function withOrWithout(isThere: boolean): string {
  return isThere ? 'with' : 'without';
}

/** What subtitles call the numbers that a sheet has: `0 to 99`. */
export const NUMBER_RANGES = {
  easy: { least: 1, most: 9 },
  medium: { least: 10, most: 99 },
  hard: { least: 100, most: 999 },
} as const;
