// The clock of a reader's computer may be minutes off. Moments come from the server, so the server's clock counts.

/** The HTTP header `Date` has whole seconds, rounded down. */
const DATE_RESOLUTION_MILLISECONDS = 1_000;

/** By how much the server's clock is ahead of the browser's, as far as responses have shown. */
let bounds = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/** What a response says about the server's clock. Times of the browser are in milliseconds since 1970. */
export interface ClockReading {
  /** When the browser sent the request, by its own clock. */
  readonly sentMilliseconds: number;
  /** When the browser had the response, by its own clock. */
  readonly receivedMilliseconds: number;
  /** The server's clock at a moment between the two. */
  readonly serverMilliseconds: number;
  /** How much later than that it may have been. Default: 0. */
  readonly resolutionMilliseconds?: number;
}

/** Takes the server's clock from a response. The narrowest reading counts, until a later one contradicts it. */
export function readServerClock(reading: ClockReading): void {
  const { sentMilliseconds, receivedMilliseconds, serverMilliseconds, resolutionMilliseconds = 0 } = reading;
  const measured = {
    least: serverMilliseconds - receivedMilliseconds,
    most: serverMilliseconds + resolutionMilliseconds - sentMilliseconds,
  };
  const both = { least: Math.max(bounds.least, measured.least), most: Math.min(bounds.most, measured.most) };
  // One of the clocks was set in between: what was known before is worth nothing.
  bounds = both.least <= both.most ? both : measured;
}

/** Takes the server's clock from the header `Date` of a response; does nothing without one. */
export function readDateHeader(headers: Headers, sentMilliseconds: number): void {
  const serverMilliseconds = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(serverMilliseconds)) return;
  readServerClock({
    sentMilliseconds,
    receivedMilliseconds: Date.now(),
    serverMilliseconds,
    resolutionMilliseconds: DATE_RESOLUTION_MILLISECONDS,
  });
}

/** The server's clock now, in milliseconds since 1970. It is the browser's own where both may agree. */
export function serverNow(): number {
  const { least, most } = bounds;
  return Date.now() + Math.min(Math.max(0, least), most);
}
