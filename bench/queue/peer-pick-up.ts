import { setTimeout as pause } from 'node:timers/promises';
import { IDLE_MILLISECONDS } from './contender.ts';

/** Tasks that find nothing warm, and are not counted. */
const UNCOUNTED = 20;

/** Milliseconds from enqueueing to the function's first line, in a peer whose functions run in this process. */
export async function measurePickUps(
  count: number,
  send: () => Promise<unknown>,
  work: (onStart: () => void) => Promise<void>,
): Promise<readonly number[]> {
  let started = Promise.withResolvers<number>();
  await work(() => started.resolve(performance.now()));
  const delays: number[] = [];
  for (let sent = 0; sent < count + UNCOUNTED; sent += 1) {
    await pause(IDLE_MILLISECONDS);
    started = Promise.withResolvers<number>();
    await send();
    const committed = performance.now();
    delays.push(Math.max(0, (await started.promise) - committed));
  }
  return delays.slice(UNCOUNTED);
}
