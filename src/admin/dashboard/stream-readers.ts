import type { Request, Response } from 'express';
import type { Platform } from '../../platform/platform.ts';
import { findAdministrators } from '../administrators.ts';
import { isSessionOf } from '../sessions.ts';

/** How often it is asked whether readers are still signed in. */
const CHECK_MILLISECONDS = 1_000;

/** The readers of streams in this process. A stream ends within a second after its reader is signed out or disabled. */
export class StreamReaders {
  readonly #platform: Pick<Platform, 'database' | 'logger'>;
  readonly #streams = new Map<Response, Request>();
  #check: NodeJS.Timeout | undefined;
  #isChecking = false;

  constructor(platform: Pick<Platform, 'database' | 'logger'>) {
    this.#platform = platform;
  }

  /** Ends a stream when its reader is no longer signed in. */
  add(request: Request, response: Response): void {
    this.#streams.set(response, request);
    this.#check ??= setInterval(() => void this.#endStrangers(), CHECK_MILLISECONDS).unref();
    response.once('close', () => {
      this.#streams.delete(response);
      if (this.#streams.size > 0) return;
      clearInterval(this.#check);
      this.#check = undefined;
    });
  }

  /** One query for all streams, however many they are. */
  async #endStrangers(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const streams = [...this.#streams];
      const ids = streams.flatMap(([, { session }]) => session.start?.administratorId ?? []);
      const administrators = await findAdministrators(this.#platform.database, [...new Set(ids)]);
      const byId = new Map(administrators.map((administrator) => [administrator.id, administrator]));
      for (const [response, request] of streams) {
        const administrator = byId.get(request.session.start?.administratorId ?? '');
        if (!administrator || !isSessionOf(request, administrator)) response.end();
      }
    } catch (error) {
      // A browser asks for another stream, which is checked again.
      this.#platform.logger.warn({ err: error }, 'streams end, as their readers could not be checked');
      for (const response of this.#streams.keys()) response.end();
    } finally {
      this.#isChecking = false;
    }
  }
}
