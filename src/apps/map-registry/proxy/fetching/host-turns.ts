import { Budget } from '../../../../map-kit/budget.ts';

/** Requests that wait for one host at most. */
const MOST_WAITING = 400;

/** Too many requests wait for one host. The message is a sentence for people. */
export class HostBusyError extends Error {
  override readonly name = 'HostBusyError';
}

/** Lets a process send a few requests to one host at a time; others wait for their turn, in the order they came. */
export class HostTurns {
  readonly #atOnce: number;
  readonly #hosts = new Map<string, Budget>();

  /** @param atOnce requests to one host at a time. */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /**
   * Does work when it is its turn.
   *
   * @throws {HostBusyError}
   * @throws the reason of the signal, where that comes before the turn.
   */
  async run<Result>(host: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const turns = this.#hosts.get(host) ?? new Budget(this.#atOnce);
    if (turns.waitingCount >= MOST_WAITING) {
      throw new HostBusyError(`Too many requests wait for ${host} already.`);
    }
    this.#hosts.set(host, turns);
    try {
      return await turns.run(1, signal, work);
    } finally {
      if (turns.isIdle) this.#hosts.delete(host);
    }
  }
}
