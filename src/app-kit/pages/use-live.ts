import { useCallback, useEffect, useRef, useState } from 'react';
import { AdminCallError, readAdmin } from './call-admin.ts';
import { adminPath } from './paths.ts';
import { readServerClock } from './server-clock.ts';

/** What {@link useLive} knows. */
export interface Live<Data> {
  /** The newest data of this path; undefined until it was first read. */
  readonly data: Data | undefined;
  /** Why the last attempt to read failed; undefined if it did not. */
  readonly fault: AdminCallError | undefined;
  /**
   * When the server was last heard of, in milliseconds since 1970 by the browser's clock, once that is too long ago
   * for the data to be up to date; undefined while it is.
   */
  readonly staleSince: number | undefined;
  /** Reads again at once, as after an action. */
  readonly refresh: () => void;
}

/** Options of {@link useLive}. */
export interface LiveOptions {
  /** Time between two reads. Default: 5. */
  readonly everySeconds?: number;
  /**
   * Whether the path also sends `text/event-stream`: each message is the same JSON as a response, and an event `read`
   * with the server's clock follows each second. The page then listens, and polls only if the stream fails.
   */
  readonly hasEvents?: boolean;
}

/** How often a stream that broke is tried again before polling replaces it. */
const STREAM_FAILURES = 3;

/** Data is out of date when the server is silent for this long after it should have been heard of. */
const SILENCE_MILLISECONDS = 5_000;

const WATCH_MILLISECONDS = 500;

/**
 * Reads JSON from the admin, and keeps it up to date while the page is visible.
 *
 * @param path below the admin's root; undefined reads nothing.
 */
export function useLive<Data>(path: string | undefined, options: LiveOptions = {}): Live<Data> {
  const { everySeconds = 5, hasEvents = false } = options;
  const [known, setKnown] = useState<{ path: string; data: Data } | undefined>(undefined);
  const [fault, setFault] = useState<AdminCallError | undefined>(undefined);
  const [isStreaming, setStreaming] = useState(hasEvents);
  const readNow = useRef<() => void>(() => undefined);
  const refresh = useCallback(() => readNow.current(), []);
  const allowedMilliseconds = SILENCE_MILLISECONDS + (isStreaming ? 0 : everySeconds * 1_000);
  const { staleSince, hear, lose } = useSilence(path, allowedMilliseconds);

  useEffect(() => {
    if (path === undefined) return undefined;
    let stop = new AbortController();
    const read = () => {
      stop.abort();
      stop = new AbortController();
      const { signal } = stop;
      readAdmin<Data>(path, signal).then(
        (data) => {
          if (signal.aborted) return;
          hear();
          setKnown({ path, data });
          setFault(undefined);
        },
        (error: unknown) => {
          if (signal.aborted || !(error instanceof AdminCallError)) return;
          lose();
          setFault(error);
        },
      );
    };
    readNow.current = read;
    if (!isStreaming) read();
    const readIfVisible = () => {
      if (!isStreaming && document.visibilityState === 'visible') read();
    };
    const timer = setInterval(readIfVisible, everySeconds * 1_000);
    document.addEventListener('visibilitychange', readIfVisible);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', readIfVisible);
    };
  }, [path, everySeconds, isStreaming, hear, lose]);

  useEffect(() => {
    if (path === undefined || !isStreaming) return undefined;
    let failures = 0;
    let source: EventSource | undefined;
    const listen = () => {
      const openedMilliseconds = Date.now();
      source = new EventSource(adminPath(path));
      source.onmessage = ({ data }: MessageEvent<string>) => {
        failures = 0;
        hear();
        setKnown({ path, data: JSON.parse(data) });
        setFault(undefined);
      };
      source.addEventListener('read', ({ data }: MessageEvent<string>) => {
        hear();
        readServerClock({
          sentMilliseconds: openedMilliseconds,
          receivedMilliseconds: Date.now(),
          serverMilliseconds: Number(data),
        });
      });
      source.onerror = () => {
        failures += 1;
        lose();
        if (source?.readyState === EventSource.CLOSED || failures >= STREAM_FAILURES) setStreaming(false);
      };
    };
    // Browsers have few connections to one host: a page in the background leaves its own to others.
    const listenIfVisible = () => {
      source?.close();
      if (document.visibilityState === 'visible') listen();
    };
    listenIfVisible();
    document.addEventListener('visibilitychange', listenIfVisible);
    return () => {
      source?.close();
      document.removeEventListener('visibilitychange', listenIfVisible);
    };
  }, [path, isStreaming, hear, lose]);

  return { data: known?.path === path ? known?.data : undefined, fault, staleSince, refresh };
}

/** Notices when the server is silent for too long while the page is visible. */
function useSilence(path: string | undefined, allowedMilliseconds: number) {
  const [staleSince, setStaleSince] = useState<number | undefined>(undefined);
  const heard = useRef<number | undefined>(undefined);
  const hear = useCallback(() => {
    heard.current = Date.now();
    setStaleSince(undefined);
  }, []);
  const lose = useCallback(() => setStaleSince(heard.current), []);
  useEffect(() => {
    if (path === undefined) return undefined;
    let waitingSince = Date.now();
    const startOver = () => {
      waitingSince = Date.now();
    };
    const watch = setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      const silentSince = Math.max(heard.current ?? 0, waitingSince);
      if (Date.now() - silentSince > allowedMilliseconds) lose();
    }, WATCH_MILLISECONDS);
    // A page that comes back from the background has not listened for a while.
    document.addEventListener('visibilitychange', startOver);
    return () => {
      clearInterval(watch);
      document.removeEventListener('visibilitychange', startOver);
    };
  }, [path, allowedMilliseconds, lose]);
  return { staleSince, hear, lose };
}
