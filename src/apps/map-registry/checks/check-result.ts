import { types } from 'node:util';
import { OutsideRequestError } from '../fetching/outside-client.ts';
import { PictureError } from '../pictures/decode-picture.ts';
import { SourceError } from '../sources/map-source.ts';

/** How a check ended. */
export interface CheckResult {
  readonly success: boolean;
  /** Seconds that the server took for its reply, or until it was given up. */
  readonly responseSeconds: number;
  /** `OK`, or why it failed, as a sentence. */
  readonly message: string;
}

/** The message of a check that succeeded. */
export const OK = 'OK';

/** Characters of a message that are stored. */
export const LONGEST_MESSAGE = 1_000;

/** Returns why a check failed, where it was the server's fault; `undefined` for errors of our own, which end no check. */
export function failureOf(error: unknown): string | undefined {
  const isServers =
    error instanceof OutsideRequestError || error instanceof SourceError || error instanceof PictureError;
  return isServers && types.isNativeError(error) ? error.message.slice(0, LONGEST_MESSAGE) : undefined;
}
