import { setImmediate } from 'node:timers/promises';

/** How long work goes on without a pause, in milliseconds. */
const TURN_MILLISECONDS = 10;

/** Work on a large picture, which lets other requests of the process have their turn. */
export class LongWork {
  #since = performance.now();

  /** Waits for what else there is to do, if the work has gone on for a while. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < TURN_MILLISECONDS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
