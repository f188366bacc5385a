/** What a client sent is not the Redis protocol, or is too large. The connection is closed. */
export class RedisProtocolError extends Error {
  override readonly name = 'RedisProtocolError';
}

/** How large requests may be. */
export interface RequestLimits {
  /** The name of the command is one of them. */
  readonly argumentCount: number;
  readonly argumentBytes: number;
  /** Of all arguments together. */
  readonly requestBytes: number;
}

/** Before a client has given the password. */
const STRANGER_LIMITS: RequestLimits = {
  argumentCount: 10,
  argumentBytes: 16_384,
  requestBytes: 16_384,
};

/** Of clients that may use the server. */
export const CLIENT_LIMITS: RequestLimits = {
  argumentCount: 10_000,
  argumentBytes: 262_144,
  requestBytes: 4_194_304,
};

/** The longest line: a request that a person types, or the header of another. */
const LONGEST_LINE_BYTES = 16_384;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const STAR = 0x2a;
const DOLLAR = 0x24;

/**
 * Reads requests from the bytes of a connection: arrays of bulk strings, and lines that people type. Nothing is kept for a length that a
 * client only claims.
 */
export class RequestParser {
  limits: RequestLimits = STRANGER_LIMITS;
  #rest: Buffer = Buffer.alloc(0);
  /** How many arguments of the current request are missing. */
  #missing = 0;
  #arguments: string[] = [];
  #bytes = 0;
  /** The length of the argument that comes; `undefined` before its header. */
  #length: number | undefined;

  /**
   * Takes bytes.
   *
   * @returns the requests that are complete, with the name of the command first.
   * @throws {RedisProtocolError}
   */
  *read(chunk: Buffer): Generator<readonly string[]> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const request = this.#missing > 0 ? this.#readArgument() : this.#readStart();
      if (request === 'incomplete') return;
      if (request !== 'goes on') yield request;
    }
  }

  #readStart(): 'incomplete' | 'goes on' | readonly string[] {
    const line = this.#takeLine();
    if (line === undefined) return 'incomplete';
    if (line[0] !== STAR) {
      const words = splitLine(decode(line));
      if (isOfHttp(words)) throw new RedisProtocolError('this is no HTTP server');
      return words.length > 0 ? words : 'goes on';
    }
    const count = wholeNumber(line);
    if (count === undefined || count > this.limits.argumentCount) {
      throw new RedisProtocolError('invalid multibulk length');
    }
    this.#missing = count;
    this.#arguments = [];
    this.#bytes = 0;
    return 'goes on';
  }

  #readArgument(): 'incomplete' | 'goes on' | readonly string[] {
    if (this.#length === undefined) {
      const line = this.#takeLine();
      if (line === undefined) return 'incomplete';
      if (line[0] !== DOLLAR) throw new RedisProtocolError('expected a bulk string');
      const length = wholeNumber(line);
      if (length === undefined || length > this.limits.argumentBytes) {
        throw new RedisProtocolError('invalid bulk length');
      }
      this.#bytes += length;
      if (this.#bytes > this.limits.requestBytes) throw new RedisProtocolError('too large a request');
      this.#length = length;
    }
    const length = this.#length;
    if (this.#rest.length < length + 2) return 'incomplete';
    if (this.#rest[length] !== CARRIAGE_RETURN || this.#rest[length + 1] !== LINE_FEED) {
      throw new RedisProtocolError('a bulk string has another length than it says');
    }
    this.#arguments.push(decode(this.#rest.subarray(0, length)));
    this.#rest = this.#rest.subarray(length + 2);
    this.#length = undefined;
    this.#missing -= 1;
    return this.#missing > 0 ? 'goes on' : this.#arguments;
  }

  /** Takes a line without its end; `undefined` if it is not complete. */
  #takeLine(): Buffer | undefined {
    const end = this.#rest.indexOf(LINE_FEED);
    if (end > LONGEST_LINE_BYTES || (end === -1 && this.#rest.length > LONGEST_LINE_BYTES)) {
      throw new RedisProtocolError('too big inline request');
    }
    if (end === -1) return undefined;
    const line = this.#rest.subarray(0, this.#rest[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new RedisProtocolError('a text is not UTF-8');
  }
}

/** Reads the number behind the first byte of a header. A negative count of arguments is none. */
function wholeNumber(line: Buffer): number | undefined {
  const text = line.subarray(1).toString('latin1');
  if (line[0] === STAR && /^-\d{1,10}$/.test(text)) return 0;
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A page of a foreign site could have the browser send commands as the body of a form. Redis refuses the same words. */
function isOfHttp([name = '']: readonly string[]): boolean {
  return /^(post|host:)$/i.test(name);
}

/** Splits what a person typed at spaces; quotes keep what is in them together. */
function splitLine(line: string): string[] {
  const words = line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g);
  return [...words].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  );
}
