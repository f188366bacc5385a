import type { Description, DescriptionKind } from './descriptions.ts';

/** What a thread reads. */
export interface DescriptionRequest {
  readonly kind: DescriptionKind;
  /** Has all of its memory to itself. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string | undefined;
  readonly maximumLayers: number;
}

/** What it has read. */
export type DescriptionReply =
  | { readonly kind: 'read'; readonly description: Description }
  /** The document is not what it should be; the message is the end of a sentence. */
  | { readonly kind: 'failed'; readonly message: string };
