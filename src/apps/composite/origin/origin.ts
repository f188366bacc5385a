import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pRetry from 'p-retry';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { HEADER_WINDOW_BYTES, PDF_HEADER } from '../pdf-header.ts';
import type { CompositeSettings } from '../settings.ts';
import { withinSeconds } from '../time-limit.ts';
import { maskUrl, OriginError } from './origin-error.ts';
import { type OriginBody, type OriginSource, openOriginSource } from './origin-sources.ts';

export { OriginError, OriginRefusedError } from './origin-error.ts';

/** Tries of one download whose body is cut short, the first included. */
const MAXIMUM_TRIES = 5;

/** So much of a body shows what it is where it is no PDF. */
const SHOWN_START_BYTES = 1_024;

/** Options of {@link fetchOrigin}. */
export interface FetchOriginOptions {
  /** Whose origin it is. */
  readonly customer: number;
  readonly settings: CompositeSettings['origin'];
  readonly network: OutgoingNetwork;
  /** For `s3://` origins. */
  readonly objectStorage: ObjectStorage;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Streams an origin into a file. A body that is cut short is gone on with where it stopped, if the origin can
 * do that, and fetched again from the start if not.
 *
 * @param origin an `http:`, `https:` or `s3://bucket/key` URL.
 * @param path the file, which is overwritten.
 * @returns the file's size in bytes.
 * @throws {OriginRefusedError} if the origin may not be fetched: another try would find the same.
 * @throws {OriginError} on whatever the origin does wrong; what the system says where the file cannot be written.
 */
export async function fetchOrigin(
  origin: string,
  path: string,
  options: FetchOriginOptions,
): Promise<number> {
  const { settings, signal, logger } = options;
  const source = openOriginSource(origin, options);
  const download = new Download(source, maskUrl(origin), path, settings);
  try {
    await withinSeconds(
      settings.downloadTimeoutSeconds,
      () => download.tooSlow(settings.downloadTimeoutSeconds),
      signal,
      (limited) => finish(download, limited, logger),
    );
    return download.sizeBytes;
  } finally {
    await source.close();
  }
}

async function finish(download: Download, signal: AbortSignal, logger: Logger): Promise<void> {
  const outcome = await pRetry(() => advanceUnlessHopeless(download, signal), {
    retries: MAXIMUM_TRIES - 1,
    minTimeout: 200,
    signal,
    onFailedAttempt: ({ error, retriesLeft }) => {
      if (retriesLeft > 0) logger.warn({ reason: error.message }, 'the origin was cut short, trying again');
    },
  });
  if ('failure' in outcome) throw outcome.failure;
}

/** Throws what another try may mend, and returns what no try would. */
async function advanceUnlessHopeless(
  download: Download,
  signal: AbortSignal,
): Promise<{ readonly failure: unknown } | { readonly done: true }> {
  try {
    await download.advance(signal);
    return { done: true };
  } catch (failure) {
    if (failure instanceof OriginError && failure.isCutShort) throw failure;
    return { failure };
  }
}

/** One origin on its way into one file. */
class Download {
  readonly #source: OriginSource;
  readonly #shownUrl: string;
  readonly #path: string;
  readonly #settings: CompositeSettings['origin'];
  /** Bytes that are in the file. */
  #doneBytes = 0;
  #validator: string | undefined;
  /** Whether an earlier try got some bytes, after which no failure is the last word. */
  #hasStarted = false;
  /** Whether what is in the file starts as a PDF does. */
  #isRecognized = false;
  /** What cut the last try short. */
  #interruption: OriginError | undefined;

  constructor(source: OriginSource, shownUrl: string, path: string, settings: CompositeSettings['origin']) {
    this.#source = source;
    this.#shownUrl = shownUrl;
    this.#path = path;
    this.#settings = settings;
  }

  get sizeBytes(): number {
    return this.#doneBytes;
  }

  tooSlow(limitSeconds: number): OriginError {
    return new OriginError(
      `The origin ${this.#shownUrl} sent ${this.#doneBytes} bytes in the ${limitSeconds} seconds that ORIGIN_DOWNLOAD_TIMEOUT allows for all of it`,
    );
  }

  /** One try: from where the last one stopped to the end. @throws {OriginError} */
  async advance(signal: AbortSignal): Promise<void> {
    this.#interruption = undefined;
    const body = await this.#open(signal);
    this.#validator = body.validator;
    this.#doneBytes = body.startByte;
    this.#refuseSize(body.sizeBytes ?? 0);
    const { startByte: start } = body;
    const file = createWriteStream(this.#path, {
      highWaterMark: this.#settings.chunkSizeBytes,
      ...(start > 0 ? { flags: 'r+', start } : { flags: 'w' }),
    });
    await pipeline(this.#read(body, signal), file, { signal });
    if (!this.#interruption) return;
    // What has not shown its header yet is not worth going on with.
    if (!this.#isRecognized) this.#doneBytes = 0;
    throw this.#interruption;
  }

  async #open(signal: AbortSignal): Promise<OriginBody> {
    try {
      return await this.#source.open(this.#doneBytes, this.#validator, signal);
    } catch (error) {
      if (!this.#hasStarted || !(error instanceof OriginError)) throw error;
      this.#doneBytes = 0;
      this.#validator = undefined;
      throw new OriginError(error.message, { cause: error, isCutShort: true });
    }
  }

  /** Where the body is cut short it ends rather than throws, so that the file gets, and keeps, all that came. */
  async *#read(body: OriginBody, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const start = new BodyStart();
    if (body.startByte === 0) this.#isRecognized = false;
    try {
      for await (const chunk of body.bytes) {
        if (!this.#isRecognized) {
          start.add(chunk);
          this.#isRecognized = start.hasHeader;
          if (start.isHopeless) throw this.#notPdf(start, body);
        }
        this.#refuseSize(this.#doneBytes + chunk.length);
        this.#hasStarted = true;
        this.#doneBytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (error instanceof OriginError) throw error;
      signal.throwIfAborted();
      this.#interruption = this.#cutShort(body, this.#source.describe(error), error);
      return;
    }
    if (body.sizeBytes !== undefined && this.#doneBytes < body.sizeBytes) {
      this.#interruption = this.#cutShort(body, 'the connection was closed');
    } else if (this.#doneBytes === 0) {
      throw new OriginError(`The origin ${this.#shownUrl} sent an empty body`, { isPermanent: true });
    } else if (!this.#isRecognized) {
      throw this.#notPdf(start, body);
    }
  }

  #cutShort(body: OriginBody, reason: string, cause?: unknown): OriginError {
    const of = body.sizeBytes === undefined ? '' : ` of ${body.sizeBytes}`;
    return new OriginError(
      `The origin ${this.#shownUrl} was cut short after ${this.#doneBytes}${of} bytes: ${reason}`,
      { cause, isCutShort: true },
    );
  }

  #refuseSize(sizeBytes: number): void {
    const { maximumSizeBytes } = this.#settings;
    if (maximumSizeBytes > 0 && sizeBytes > maximumSizeBytes) {
      throw new OriginError(
        `The origin ${this.#shownUrl} is larger than the ${maximumSizeBytes} bytes that ORIGIN_MAX_SIZE allows`,
        { isPermanent: true },
      );
    }
  }

  #notPdf({ isHtml }: BodyStart, body: OriginBody): OriginError {
    const named = body.contentType?.split(';', 1)[0]?.trim() || 'no content type';
    const sent = isHtml && named !== 'text/html' ? `an HTML page (as ${named})` : named;
    return new OriginError(
      `The origin ${this.#shownUrl} sent ${sent}, not a PDF: there is no ${PDF_HEADER} in its first ${HEADER_WINDOW_BYTES} bytes`,
      { isPermanent: true },
    );
  }
}

/** What a body starts with: the header of a PDF, sooner or later, or something else. */
class BodyStart {
  #shown = Buffer.alloc(0);
  /** Shorter than a header, which may go on in the next chunk. */
  #end = Buffer.alloc(0);
  #seenBytes = 0;
  #hasHeader = false;

  add(chunk: Uint8Array): void {
    const seen = Buffer.concat([this.#end, chunk.subarray(0, HEADER_WINDOW_BYTES - this.#seenBytes)]);
    this.#hasHeader ||= seen.includes(PDF_HEADER);
    this.#end = seen.subarray(1 - PDF_HEADER.length);
    this.#seenBytes += chunk.length;
    const missingBytes = SHOWN_START_BYTES - this.#shown.length;
    if (missingBytes > 0) this.#shown = Buffer.concat([this.#shown, chunk.subarray(0, missingBytes)]);
  }

  get hasHeader(): boolean {
    return this.#hasHeader;
  }

  get isHtml(): boolean {
    const text = this.#shown.toString('latin1').trimStart().toLowerCase();
    return text.startsWith('<!doctype html') || text.startsWith('<html');
  }

  /** Whether it has no header, and more of it would not change that. */
  get isHopeless(): boolean {
    if (this.#hasHeader) return false;
    return this.#seenBytes >= (this.isHtml ? SHOWN_START_BYTES : HEADER_WINDOW_BYTES);
  }
}
