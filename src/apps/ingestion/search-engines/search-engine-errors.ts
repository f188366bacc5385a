/** No index or alias has this name. */
export class IndexNotFoundError extends Error {
  override readonly name = 'IndexNotFoundError';

  constructor(indexName: string) {
    super(`There is no index or alias ${indexName}`);
  }
}

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

/** The engine cannot be reached, is overloaded, or is not ready. The same call may succeed later. */
export class SearchEngineUnavailableError extends Error {
  override readonly name = 'SearchEngineUnavailableError';
}

/** What cannot be the name of an index or alias. */
export class InvalidIndexNameError extends Error {
  override readonly name = 'InvalidIndexNameError';
}

/** The engine refuses a request, such as for its credentials. Another attempt would say the same. */
export class SearchEngineRefusalError extends Error {
  override readonly name = 'SearchEngineRefusalError';
}
