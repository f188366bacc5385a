/** Two of the things that are installed want the same name; the message names both. */
export class AppClashError extends Error {
  override readonly name = 'AppClashError';
}

/** A name that something takes for itself. */
export interface Claim {
  /** What takes it, for people: `the app render`, `the queue`. */
  readonly owner: string;
  readonly value: string;
}

/**
 * Refuses a second claim to the same value.
 *
 * @param kind what is claimed, for people: `path`, `metric`.
 * @throws {AppClashError}
 */
export function refuseClashes(kind: string, claims: readonly Claim[]): void {
  const owners = new Map<string, string>();
  for (const { owner, value } of claims) {
    const other = owners.get(value);
    if (other !== undefined) {
      const both = other === owner ? `${owner} has it twice` : `${other} and ${owner} both have it`;
      throw new AppClashError(`The ${kind} "${value}" is not unique: ${both}. Rename one of them.`);
    }
    owners.set(value, owner);
  }
}
