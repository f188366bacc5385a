/** A parameter of a search is wrong. */
export class SearchParameterError extends Error {
  override readonly name = 'SearchParameterError';
  /** As the caller wrote it. */
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

/** A search asks for what cannot be had. The original registry has the status 200 for it. */
export class UnsupportedSearchError extends Error {
  override readonly name = 'UnsupportedSearchError';
}

/** A text cannot be read as words to search for. */
export class TextQueryError extends Error {
  override readonly name = 'TextQueryError';
}
