import type { CogDescription } from '../cog-engine.ts';

/** What the thread of a conversion says. */
export type ConversionMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly description: CogDescription }
  /** `isUnreadable`: the fault is that of the image. */
  | { readonly kind: 'failed'; readonly message: string; readonly isUnreadable: boolean };
