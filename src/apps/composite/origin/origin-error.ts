/** An origin could not be fetched. The message says what is wrong, and shows no credential of the URL. */
export class OriginError extends Error {
  override readonly name: string = 'OriginError';
  /** Whether the body stopped midway, so that going on, or another try, may help. */
  readonly isCutShort: boolean;
  /** Whether a later attempt would fail in the same way: nothing is there, it is no PDF, or it may not be fetched. */
  readonly isPermanent: boolean;

  constructor(
    message: string,
    options: {
      readonly cause?: unknown;
      readonly isCutShort?: boolean;
      readonly isPermanent?: boolean;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.isCutShort = options.isCutShort ?? false;
    this.isPermanent = options.isPermanent ?? false;
  }
}

/** An origin may not be fetched. Another try would find the same, unless an operator changes the settings. */
export class OriginRefusedError extends OriginError {
  override readonly name = 'OriginRefusedError';

  constructor(message: string) {
    super(message, { isPermanent: true });
  }
}

/** A URL as a message may show it: without user, password, and the values of its query, as they may be a signature. */
export function maskUrl(address: string): string {
  const url = URL.parse(address);
  // What is no URL may still hold what would be a credential in one.
  if (!url) return address.replace(/\/\/[^/@]*@/, '//***@').replace(/[?#].*$/s, '?***');
  if (url.username !== '' || url.password !== '') {
    url.username = '***';
    url.password = '';
  }
  const query = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=***`).join('&');
  url.search = query;
  url.hash = '';
  return url.href;
}
