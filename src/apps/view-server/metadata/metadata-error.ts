import { PermanentTaskError } from '../../../queue/index.ts';

/** Metadata cannot be read, or does not say what is needed; the message says what. Another attempt would find the same. */
export class MetadataError extends PermanentTaskError {}
