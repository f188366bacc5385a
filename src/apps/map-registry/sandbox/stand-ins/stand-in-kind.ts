/** A request to a stand-in. */
export interface StandInRequest {
  /** The whole address. */
  readonly url: URL;
  readonly method: string;
  /** The query, by names in lower case. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What a stand-in sends. */
export interface StandInReply {
  /** Default: 200. */
  readonly status?: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A kind of server: it replies to what is meant for it, and returns `undefined` for the rest. */
export type StandInKind = (
  request: StandInRequest,
) => StandInReply | undefined | Promise<StandInReply | undefined>;

/** A reply of XML. */
export function xmlReply(body: string, status = 200): StandInReply {
  return { status, type: 'text/xml; charset=UTF-8', body };
}

/** A reply of JSON. */
export function jsonReply(value: unknown, status = 200): StandInReply {
  return { status, type: 'application/json; charset=UTF-8', body: JSON.stringify(value) };
}

/** A page for people, as servers send it where a program is not expected. */
export function pageReply(title: string, status = 200): StandInReply {
  return {
    status,
    type: 'text/html; charset=UTF-8',
    body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  };
}
