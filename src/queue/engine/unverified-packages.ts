/** A package that an engine leaves in the queue. */
export interface UnverifiedPackage {
  /** Whether this is the first time that the engine finds it. */
  readonly isNew: boolean;
  /** How long it is hidden before it is handed out again. */
  readonly delaySeconds: number;
}

/** Packages in a row, each another one, after which the engine distrusts its key; more once it has verified one. */
export const MOST_IN_A_ROW = 10;
const MOST_IN_A_ROW_ONCE_VERIFIED = 100;

const HESITATION_SECONDS = 1;

const SHORTEST_DELAY_SECONDS = 5;

/** The longest delay of a package that another key may have signed: an engine that has it must not wait for long. */
const LONGEST_SIGNED_DELAY_SECONDS = 60;

/** The longest delay of what no key has signed. */
const LONGEST_DELAY_SECONDS = 3_600;

/** Packages whose delays grow. The oldest are forgotten first: their delay starts anew. */
const MOST_REMEMBERED = 10_000;

/** What an engine could not verify: how long each package is put off, and whether the engine's key is probably wrong. */
export class UnverifiedPackages {
  readonly #timesFound = new Map<string, number>();
  readonly #row = new Set<string>();
  #count = 0;
  #hasVerified = false;
  #distrustsKey = false;

  /** How many packages were found so far. */
  get count(): number {
    return this.#count;
  }

  /** Whether so many in a row could not be verified that the key is probably wrong. It stays so. */
  get distrustsKey(): boolean {
    return this.#distrustsKey;
  }

  /** How many packages may be taken at once: few, as long as it is open whether the key is right. */
  get mostTaken(): number {
    if (this.#distrustsKey) return 0;
    return this.#hasVerified && this.#row.size === 0 ? Number.POSITIVE_INFINITY : MOST_IN_A_ROW;
  }

  /**
   * How long the engine waits before it takes more: while it is open whether its key is right, engines that have verified
   * packages go first.
   */
  get hesitationSeconds(): number {
    return !this.#hasVerified && this.#row.size > 0 ? HESITATION_SECONDS : 0;
  }

  /** Notes that a package was verified: the key is right. */
  noteVerified(): void {
    this.#hasVerified = true;
    this.#row.clear();
  }

  /** Notes a package that could not be verified. @param isSigned whether it may have been signed with another key. */
  note(id: string, isSigned: boolean): UnverifiedPackage {
    const timesFound = (this.#timesFound.get(id) ?? 0) + 1;
    this.#remember(id, timesFound);
    if (timesFound === 1) this.#count += 1;
    if (isSigned) this.#row.add(id);
    if (this.#row.size >= (this.#hasVerified ? MOST_IN_A_ROW_ONCE_VERIFIED : MOST_IN_A_ROW))
      this.#distrustsKey = true;
    const longest = isSigned ? LONGEST_SIGNED_DELAY_SECONDS : LONGEST_DELAY_SECONDS;
    return {
      isNew: timesFound === 1,
      delaySeconds: Math.min(SHORTEST_DELAY_SECONDS * 2 ** (timesFound - 1), longest),
    };
  }

  #remember(id: string, timesFound: number): void {
    // The end of the map is the newest.
    this.#timesFound.delete(id);
    this.#timesFound.set(id, timesFound);
    const [oldest] = this.#timesFound.keys();
    if (this.#timesFound.size > MOST_REMEMBERED && oldest !== undefined) this.#timesFound.delete(oldest);
  }
}
