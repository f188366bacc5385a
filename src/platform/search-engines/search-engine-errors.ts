/** No index or alias has this name. */
export class IndexNotFoundError extends Error {
  override readonly name = 'IndexNotFoundError';

  constructor(indexName: string) {
    super(`There is no index or alias ${indexName}`);
  }
}

/** The engine cannot be reached, is overloaded, or is not ready. The same call may succeed later. */
export class SearchEngineUnavailableError extends Error {
  override readonly name = 'SearchEngineUnavailableError';
}

/** The engine refuses a request, such as for its credentials. Another attempt would say the same. */
export class SearchEngineRefusalError extends Error {
  override readonly name = 'SearchEngineRefusalError';
}
