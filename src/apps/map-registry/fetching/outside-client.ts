/** What of a request to a stranger's server may vary. */
export interface OutsideRequest {
  readonly signal: AbortSignal;
  /** Bytes of the body that are read; a larger one is refused. Default: `REGISTRY_MAX_BODY`. */
  readonly maximumBytes?: number;
  /** Default: 10 (`REGISTRY_CHECK_TIMEOUT`). It is the time for all of it: connecting, redirects, and the body. */
  readonly timeoutSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body makes it a POST. */
  readonly body?: { readonly content: string | Uint8Array; readonly type: string };
  /** A user and a password for HTTP Basic. They are sent to the host of the URL alone, and never after a redirect. */
  readonly basicAuth?: { readonly username: string; readonly password: string };
}

/** What a server sent. */
export interface OutsideReply {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Has all of its memory to itself: that may be transferred. */
  readonly body: Buffer<ArrayBuffer>;
}

/** Sends requests to servers that strangers have named: guarded, and with limits for everything. */
export interface OutsideClient {
  /**
   * Sends one request, follows redirects, and reads the whole reply, whatever its status.
   *
   * @throws {OutsideRequestError}
   */
  request(url: URL, request: OutsideRequest): Promise<OutsideReply>;
  /** Likewise. @throws {OutsideRequestError} for every status but 2xx too; its message names the status. */
  get(url: URL, request: OutsideRequest): Promise<OutsideReply>;
  close(): Promise<void>;
}

/** Why a request failed, in a word. */
export type OutsideFault =
  | 'refused-address'
  | 'unreachable'
  | 'timeout'
  | 'redirects'
  | 'too-large'
  | 'status'
  | 'broken-reply';

/** A request to a stranger's server failed. The message is a sentence for people, without credentials. */
export class OutsideRequestError extends Error {
  override readonly name = 'OutsideRequestError';
  readonly fault: OutsideFault;
  /** The HTTP status, where it is the fault. */
  readonly status: number | undefined;

  constructor(
    message: string,
    {
      fault,
      status,
      cause,
    }: { readonly fault: OutsideFault; readonly status?: number; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.fault = fault;
    this.status = status;
  }
}
