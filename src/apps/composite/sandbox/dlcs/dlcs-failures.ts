import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';

/** The routes that can be made to fail. */
export const FAILING_ROUTES = ['customer', 'queue', 'batches'] as const;

/** A route that can be made to fail: a customer, the posting of a batch, or what reads batches. */
export type FailingRoute = (typeof FAILING_ROUTES)[number];

/** How the next requests of a route go wrong. Without `status`, `drop` and `hang` they are only late. */
export interface SandboxFailure {
  readonly route: FailingRoute;
  /** How many requests; 1 where it is left out. */
  readonly times?: number;
  /**
   * `before` (where it is left out): nothing is stored. `afterStoring`: the batch is kept, and only the
   * caller does not learn of it: the window in which a crash would post a batch twice.
   */
  readonly when?: 'before' | 'afterStoring';
  /** The status of the response. */
  readonly status?: number;
  /** The body of the response: a text as it is, anything else as JSON. Without it, a hydra error. */
  readonly body?: unknown;
  /** How long the response is held back. */
  readonly delayMilliseconds?: number;
  /** Holds the request back until it settles; for tests in the sandbox's own process. */
  readonly until?: Promise<unknown>;
  /** Cuts the connection without a response. */
  readonly drop?: boolean;
  /** Keeps the connection open and never responds. */
  readonly hang?: boolean;
}

/** The failures that were ordered of a sandbox DLCS, each used up as it happens. */
export class SandboxFailures {
  #pending: { failure: SandboxFailure; left: number }[] = [];

  /** Failures of one route happen in the order in which they were added. */
  add(failure: SandboxFailure): void {
    this.#pending.push({ failure, left: failure.times ?? 1 });
  }

  /** What is still to come. */
  list(): SandboxFailure[] {
    return this.#pending.map(({ failure, left }) => ({ ...failure, times: left }));
  }

  /** Takes back all that is still to come. */
  clear(): void {
    this.#pending = [];
  }

  /** Uses up the next failure of a route, where there is one. */
  take(route: FailingRoute): SandboxFailure | undefined {
    const next = this.#pending.find(({ failure }) => failure.route === route);
    if (!next) return undefined;
    next.left -= 1;
    if (next.left <= 0) this.#pending = this.#pending.filter((candidate) => candidate !== next);
    return next.failure;
  }
}

/** Carries a failure out; returns whether it has dealt with the response. */
export async function carryOut(failure: SandboxFailure, response: Response): Promise<boolean> {
  if (failure.delayMilliseconds) await sleep(failure.delayMilliseconds);
  await failure.until;
  if (failure.drop) {
    response.socket?.destroy();
    return true;
  }
  if (failure.hang) return true;
  if (failure.status === undefined) return false;
  response.status(failure.status);
  const body = failure.body ?? errorBody('Failure on request', 'The sandbox was told to fail this request.');
  if (typeof body === 'string') response.send(body);
  else response.json(body);
  return true;
}

/** An error as the DLCS words it. */
export function errorBody(title: string, description: string): object {
  return { '@type': 'Error', title, description };
}
