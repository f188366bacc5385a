import type { AttemptResult } from './messages.ts';
import type { Slate } from './slate.ts';

/** How old a result may get while the next task runs: a caller may wait for it. */
const OLDEST_MILLISECONDS = 2;

/**
 * Sends results to the sentinel, together where they come fast: a message for each would take longer than the
 * tasks. They are sent as soon as the process has a moment, and at the latest before a further task begins once the
 * oldest is a few milliseconds old. Until then they are on the slate, where a process that dies leaves them.
 */
export class ResultBuffer {
  readonly #send: (results: readonly AttemptResult[]) => void;
  readonly #slate: Pick<Slate, 'keep' | 'forgetResults'>;
  #results: AttemptResult[] = [];
  #oldest = 0;

  constructor(
    slate: Pick<Slate, 'keep' | 'forgetResults'>,
    send: (results: readonly AttemptResult[]) => void,
  ) {
    this.#slate = slate;
    this.#send = send;
  }

  /** Takes a result. */
  add(result: AttemptResult): void {
    if (this.#results.length === 0) {
      this.#oldest = performance.now();
      setImmediate(() => this.#flush());
    }
    this.#results.push(result);
    if (!this.#slate.keep(result)) this.#flush();
  }

  /** A task is about to begin, and may keep the process busy. */
  prepareForTask(): void {
    if (performance.now() - this.#oldest > OLDEST_MILLISECONDS) this.#flush();
  }

  #flush(): void {
    if (this.#results.length === 0) return;
    const results = this.#results;
    this.#results = [];
    this.#send(results);
    this.#slate.forgetResults();
  }
}
