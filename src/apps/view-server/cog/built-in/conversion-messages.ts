import { errorMessage } from '../../../../platform/error-message.ts';
import { type CogDescription, UnreadableImageError } from '../cog-engine.ts';
import type { Part } from '../warp/coordinate-grid.ts';

/** What a thread says that has failed. `isUnreadable`: the fault is that of the image. */
export interface Failure {
  readonly kind: 'failed';
  readonly message: string;
  readonly isUnreadable: boolean;
}

/** What the thread of a conversion says. */
export type ConversionMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly description: CogDescription }
  | Failure;

/** What a thread that warps is asked for. */
export type WarpRequest = Part;

/** What it returns: the samples of the part as bytes. */
export type WarpMessage = { readonly kind: 'lines'; readonly bytes: Uint8Array<ArrayBuffer> } | Failure;

/** A conversion failed, and not for a fault of the image. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
}

/** An error as a message. */
export function failureOf(error: unknown): Failure {
  return {
    kind: 'failed',
    message: errorMessage(error),
    isUnreadable: error instanceof UnreadableImageError,
  };
}

/** The error that a message is about. */
export function errorOf({ message, isUnreadable }: Failure): Error {
  return isUnreadable ? new UnreadableImageError(message) : new ConversionError(message);
}
