/** A request for a document that cannot be fulfilled, and never will be: another attempt fails as well. */
export class DocumentRequestError extends Error {
  override readonly name: string = 'DocumentRequestError';
}

/** No generator has this `resource_view`. */
export class UnknownGeneratorError extends DocumentRequestError {
  override readonly name = 'UnknownGeneratorError';
}

/** Options are missing, unknown, or have values that the generator does not have. */
export class GeneratorOptionError extends DocumentRequestError {
  override readonly name = 'GeneratorOptionError';
  /** A sentence for each fault. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join(' '));
    this.faults = faults;
  }
}

/** The number of copies is no whole number from 1 on, or the document would have too many copies or pages. */
export class DocumentSizeError extends DocumentRequestError {
  override readonly name = 'DocumentSizeError';
}

/** The engine could not set a document. It is a fault of ours. */
export class TypesettingError extends Error {
  override readonly name = 'TypesettingError';
}
