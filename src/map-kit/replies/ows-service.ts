import type { OgcError } from '../ogc-error.ts';
import type { OgcRequest } from '../ogc-request.ts';

/** A request of a service. */
export interface OwsCall {
  readonly parameters: OgcRequest;
  /** The absolute address of the service, without a query. */
  readonly url: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** What is sent for it. */
export interface OwsReply {
  /** Default: 200. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For how long clients and proxies may keep it; 0: they ask each time whether it has changed. Left out: they may not. */
  readonly keepSeconds?: number;
}

/** A service of the OGC. */
export interface OwsService {
  /** @throws what {@link OwsService.report} is called with, after it was described as an `OgcError`. */
  answer(call: OwsCall): Promise<OwsReply>;
  /** Returns the exception report of a request. */
  report(error: OgcError, call: OwsCall): Promise<OwsReply>;
}
