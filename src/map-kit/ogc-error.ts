/** Options of {@link OgcError}. */
export interface OgcErrorOptions extends ErrorOptions {
  /** The parameter that is at fault, or its value. */
  readonly locator?: string | undefined;
  /** The HTTP status. Default: that of the code. */
  readonly status?: number;
}

/** The statuses of OWS 2.0 and WCS 2.0 that are not 400. WMS names none: clients show the report of a 400. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  OperationNotSupported: 501,
  OptionNotSupported: 501,
  NoApplicableCode: 500,
  NoSuchCoverage: 404,
  NoSuchEODataset: 404,
  emptyCoverageIdList: 404,
  emptyEOIdList: 404,
  InvalidAxisLabel: 404,
  InvalidSubsetting: 404,
  NoSuchField: 404,
};

/** A request of an OGC service that cannot be done. An exception report says so. */
export class OgcError extends Error {
  override readonly name = 'OgcError';
  /** `MissingParameterValue`, `LayerNotDefined`, …: as the standard of the service names it. `undefined`: WMS has none for it. */
  readonly code: string | undefined;
  readonly locator: string | undefined;
  readonly status: number;

  constructor(code: string | undefined, message: string, options: OgcErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.locator = options.locator;
    this.status = options.status ?? STATUS_OF_CODE[code ?? ''] ?? 400;
  }
}
