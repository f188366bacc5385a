import { useCallback, useEffect, useRef, useState } from 'react';
import { AdminCallError, readAdmin } from './call-admin.ts';
import { adminPath } from './paths.ts';

/** What {@link useLive} knows. */
export interface Live<Data> {
  /** The newest that was read of this URL; undefined until something was. */
  readonly data: Data | undefined;
  /** Why the newest attempt to read failed; undefined where it did not. */
  readonly fault: AdminCallError | undefined;
  /** Reads again at once, as after an action. */
  readonly refresh: () => void;
}

/** Options of {@link useLive}. */
export interface LiveOptions {
  /** How long between two readings; 5 unless told. */
  readonly everySeconds?: number;
  /**
   * Whether the URL also speaks `text/event-stream`, each message the same JSON as an answer: then it is listened to,
   * and read every few seconds only where that does not work.
   */
  readonly hasEvents?: boolean;
}

/** How often a stream that broke is tried again before reading takes its place. */
const STREAM_FAILURES = 3;

/**
 * Reads JSON from the admin, and keeps it up to date for as long as the page is looked at.
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
          setKnown({ path, data });
          setFault(undefined);
        },
        (error: unknown) => {
          if (!signal.aborted && error instanceof AdminCallError) setFault(error);
        },
      );
    };
    readNow.current = read;
    read();
    const readIfSeen = () => {
      if (!isStreaming && document.visibilityState === 'visible') read();
    };
    const timer = setInterval(readIfSeen, everySeconds * 1_000);
    document.addEventListener('visibilitychange', readIfSeen);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', readIfSeen);
    };
  }, [path, everySeconds, isStreaming]);

  useEffect(() => {
    if (path === undefined || !isStreaming) return undefined;
    let failures = 0;
    let source: EventSource | undefined;
    const listen = () => {
      source = new EventSource(adminPath(path));
      source.onmessage = ({ data }: MessageEvent<string>) => {
        failures = 0;
        setKnown({ path, data: JSON.parse(data) });
        setFault(undefined);
      };
      source.onerror = () => {
        failures += 1;
        if (source?.readyState === EventSource.CLOSED || failures >= STREAM_FAILURES) setStreaming(false);
      };
    };
    // Browsers have few connections to one host: a page that nobody looks at leaves its own to others.
    const listenIfSeen = () => {
      source?.close();
      if (document.visibilityState === 'visible') listen();
    };
    listenIfSeen();
    document.addEventListener('visibilitychange', listenIfSeen);
    return () => {
      source?.close();
      document.removeEventListener('visibilitychange', listenIfSeen);
    };
  }, [path, isStreaming]);

  return { data: known?.path === path ? known?.data : undefined, fault, refresh };
}
