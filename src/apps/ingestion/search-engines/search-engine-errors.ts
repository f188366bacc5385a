/** An alias has the name of an index, or an index that of an alias. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/** An alias points to an index that should be deleted. */
export class IndexInUseError extends Error {
  override readonly name = 'IndexInUseError';

  constructor(indexName: string, aliases: readonly string[]) {
    super(
      `The index ${indexName} is in use: ${aliases.join(', ')} ${aliases.length === 1 ? 'points' : 'point'} to it`,
    );
  }
}

/** What cannot be the name of an index or alias. */
export class InvalidIndexNameError extends Error {
  override readonly name = 'InvalidIndexNameError';
}
