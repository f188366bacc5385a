/** A dynasty of China, from its first to its last year; years before the common era are negative. */
export interface Dynasty {
  readonly name: string;
  readonly firstYear: number;
  readonly lastYear: number;
}

/** The dynasties whose names are dates in texts. */
export const DYNASTIES: readonly Dynasty[] = [
  { name: 'Xia', firstYear: -2070, lastYear: -1600 },
  { name: 'Shang', firstYear: -1600, lastYear: -1046 },
  { name: 'Zhou', firstYear: -1046, lastYear: -256 },
  { name: 'Qin', firstYear: -221, lastYear: -206 },
  { name: 'Han', firstYear: -206, lastYear: 220 },
  { name: 'Sui', firstYear: 581, lastYear: 618 },
  { name: 'Tang', firstYear: 618, lastYear: 907 },
  { name: 'Song', firstYear: 960, lastYear: 1279 },
  { name: 'Yuan', firstYear: 1271, lastYear: 1368 },
  { name: 'Ming', firstYear: 1368, lastYear: 1644 },
  { name: 'Qing', firstYear: 1644, lastYear: 1912 },
];
