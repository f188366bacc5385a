import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../../platform/deadline.ts';
import type { Logger } from '../../platform/logging.ts';
import { LEASE_SECONDS } from '../leases/engine-state.ts';
import { EngineLostError } from './engine-registry.ts';

/** What a {@link Heartbeat} needs. */
export interface HeartbeatOptions {
  readonly logger: Logger;
  /** Says to the others that this engine lives. */
  readonly beat: () => Promise<void>;
  /** Called with each beat that is heard: for how long from now others leave this engine's tasks alone. */
  readonly onHeard: (milliseconds: number) => void;
  /** Called after each beat once the engine has been in touch for a whole lease. */
  readonly onSteady: () => Promise<void>;
  /** The engine was out of touch for so long that others may take its tasks now. */
  readonly onSilence: () => void;
  /** Others have taken its tasks. */
  readonly onLost: () => Promise<void>;
}

const BEAT_SECONDS = 3;

/** How long Postgres may take for a beat: a lost connection must not keep the next one from being sent. */
const ANSWER_SECONDS = 4;

/**
 * When an engine that cannot reach Postgres stops its tasks: before others may have them, with time left for
 * killing them, as no task runs twice at the same moment.
 */
const SILENCE_SECONDS = LEASE_SECONDS - 3;

/** Beats every few seconds, and watches how long ago the last beat was heard. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #stopping = new AbortController();
  #finished: Promise<void> = Promise.resolve();
  #isInTouch = true;
  /** By `performance.now()`. */
  #silentAt = performance.now();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Whether the engine may run tasks: false from a silence until the next beat that is heard. */
  get isInTouch(): boolean {
    return this.#isInTouch;
  }

  /** For how long from now others leave this engine's tasks alone. */
  get millisecondsLeft(): number {
    return this.#silentAt - performance.now();
  }

  /** Beats until it is stopped. */
  start(): void {
    this.#finished = this.#beatUntilStopped();
  }

  /** Resolves when no beat is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#finished;
  }

  async #beatUntilStopped(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger, beat, onSteady, onLost } = this.#options;
    let inTouchSince = performance.now();
    // The time is taken before a beat is sent: Postgres can only have stored a later one.
    let silence = this.#expectBeatSince(inTouchSince);
    while (!signal.aborted) {
      const sent = performance.now();
      try {
        await within(ANSWER_SECONDS * 1_000, beat());
        clearTimeout(silence);
        silence = this.#expectBeatSince(sent);
        if (sent - inTouchSince > LEASE_SECONDS * 1_000) await within(ANSWER_SECONDS * 1_000, onSteady());
      } catch (error) {
        inTouchSince = performance.now();
        if (error instanceof EngineLostError) await onLost();
        else logger.warn({ err: error }, 'the engine cannot reach Postgres');
      }
      await sleep(BEAT_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
    }
    clearTimeout(silence);
  }

  #expectBeatSince(milliseconds: number): NodeJS.Timeout {
    this.#isInTouch = true;
    this.#silentAt = milliseconds + SILENCE_SECONDS * 1_000;
    this.#options.onHeard(this.millisecondsLeft);
    return setTimeout(() => {
      this.#isInTouch = false;
      this.#options.onSilence();
    }, this.millisecondsLeft);
  }
}
