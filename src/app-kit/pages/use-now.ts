import { useSyncExternalStore } from 'react';
import { serverNow } from './server-clock.ts';

const TICK_MILLISECONDS = 5_000;

const readers = new Set<() => void>();
let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = serverNow();
  for (const read of readers) read();
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  now = serverNow();
  timer ??= setInterval(tick, TICK_MILLISECONDS);
  return () => {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function current(): number {
  // Nothing moves the clock while nothing reads it: the first reader must not see where it stopped.
  if (timer === undefined && Math.abs(serverNow() - now) >= TICK_MILLISECONDS) now = serverNow();
  return now;
}

/** The present moment by the server's clock, in milliseconds since 1970, every five seconds; one clock for the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, current);
}
