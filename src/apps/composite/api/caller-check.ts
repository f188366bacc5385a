import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../../../platform/http/client-network.ts';
import type { DlcsClient } from '../dlcs/dlcs-client.ts';
import type { CompositeSettings } from '../settings.ts';

/** Credentials that were let in so lately are not counted with those that may be guesses. */
const ACCEPTED_MILLISECONDS = 10 * 60 * 1_000;

/** Credentials that are remembered, refused or accepted ones. */
const REMEMBERED = 10_000;

/** Unknown credentials of one client that the DLCS is asked about at a time, and that wait for it. */
const ASKED_PER_CLIENT = 8;
const WAITING_PER_CLIENT = 200;

/** Requests that wait until the DLCS may be asked. */
const WAITING = 1_000;

const MINUTE_SECONDS = 60;

/** Too many requests wait, or too many credentials of this client were wrong; `status` is 429 or 503. */
export class TooManyCallsError extends Error {
  override readonly name = 'TooManyCallsError';
  readonly status: 429 | 503;
  readonly waitSeconds: number;

  constructor(status: 429 | 503, message: string, waitSeconds: number) {
    super(message);
    this.status = status;
    this.waitSeconds = waitSeconds;
  }
}

/** A caller: its credentials, its address, and the customer that it acts for. */
export interface Caller {
  readonly customer: number;
  readonly authorization: string;
  /** The client's IP address. */
  readonly address: string;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** What one or more requests with the same credentials wait for. */
interface Question {
  readonly answer: Promise<boolean>;
  readonly leave: () => void;
  waiting: number;
}

/**
 * Asks the DLCS whether callers may act for a customer, without letting anybody guess credentials through us: refusals
 * are remembered for some seconds, requests with the same credentials share one question, and a client whose
 * credentials were refused too often has to wait. Each server process counts by itself.
 */
export class CallerCheck {
  readonly #dlcs: Pick<DlcsClient, 'isAuthorized'>;
  readonly #refused: LRUCache<string, true> | undefined;
  readonly #accepted = new LRUCache<string, true>({ max: REMEMBERED, ttl: ACCEPTED_MILLISECONDS });
  readonly #questions = new Map<string, Question>();
  readonly #refusals: RateLimiterMemory | undefined;
  readonly #lines = new Map<string, LimitFunction>();
  readonly #everybody: LimitFunction;

  constructor(dlcs: Pick<DlcsClient, 'isAuthorized'>, settings: CompositeSettings['callers']) {
    const { refusalMemorySeconds, maximumRefusals, maximumQuestions } = settings;
    this.#dlcs = dlcs;
    if (refusalMemorySeconds > 0)
      this.#refused = new LRUCache({ max: REMEMBERED, ttl: refusalMemorySeconds * 1_000 });
    if (maximumRefusals > 0)
      this.#refusals = new RateLimiterMemory({ points: maximumRefusals, duration: MINUTE_SECONDS });
    this.#everybody = pLimit(maximumQuestions);
  }

  /**
   * Returns whether the DLCS lets a caller act for a customer.
   *
   * @throws {TooManyCallsError}
   * @throws {DlcsError} if the DLCS cannot be asked.
   */
  async isAllowed(caller: Caller): Promise<boolean> {
    const key = createHash('sha256').update(`${caller.customer} ${caller.authorization}`).digest('base64url');
    if (this.#refused?.has(key)) return false;
    const question = this.#questions.get(key) ?? this.#ask(key, caller);
    question.waiting += 1;
    caller.signal.addEventListener('abort', question.leave, { once: true });
    try {
      return await question.answer;
    } finally {
      caller.signal.removeEventListener('abort', question.leave);
    }
  }

  #ask(key: string, caller: Caller): Question {
    const abandoned = new AbortController();
    const forget = () => {
      if (this.#questions.get(key) === question) this.#questions.delete(key);
    };
    const question: Question = {
      answer: this.#answer(key, caller, abandoned.signal).finally(() => forget()),
      leave: () => {
        question.waiting -= 1;
        if (question.waiting > 0) return;
        forget();
        abandoned.abort();
      },
      waiting: 0,
    };
    this.#questions.set(key, question);
    return question;
  }

  async #answer(key: string, caller: Caller, signal: AbortSignal): Promise<boolean> {
    if (this.#accepted.has(key)) return this.#askDlcs(key, caller, signal);
    const client = networkOf(caller.address);
    return this.#inLine(client, async () => {
      await this.#refuseGuesses(client);
      const isAllowed = await this.#askDlcs(key, caller, signal);
      if (!isAllowed) await this.#refusals?.penalty(client, 1);
      return isAllowed;
    });
  }

  async #askDlcs(key: string, { customer, authorization }: Caller, signal: AbortSignal): Promise<boolean> {
    if (this.#everybody.pendingCount >= WAITING)
      throw new TooManyCallsError(503, 'Too many requests wait for the DLCS to check their credentials.', 1);
    const isAllowed = await this.#everybody(() => {
      signal.throwIfAborted();
      return this.#dlcs.isAuthorized(customer, authorization, signal);
    });
    if (isAllowed) {
      this.#accepted.set(key, true);
    } else {
      this.#accepted.delete(key);
      this.#refused?.set(key, true);
    }
    return isAllowed;
  }

  async #inLine(client: string, work: () => Promise<boolean>): Promise<boolean> {
    const line = this.#lines.get(client) ?? pLimit(ASKED_PER_CLIENT);
    if (line.pendingCount >= WAITING_PER_CLIENT)
      throw new TooManyCallsError(
        429,
        'Too many requests of this client wait for their credentials to be checked.',
        1,
      );
    this.#lines.set(client, line);
    try {
      return await line(work);
    } finally {
      if (line.activeCount + line.pendingCount === 0) this.#lines.delete(client);
    }
  }

  async #refuseGuesses(client: string): Promise<void> {
    const counted = await this.#refusals?.get(client);
    if (!counted || counted.remainingPoints > 0) return;
    const waitSeconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1_000));
    throw new TooManyCallsError(
      429,
      `Too many wrong credentials were sent from this address. Try again in ${waitSeconds} seconds.`,
      waitSeconds,
    );
  }
}
