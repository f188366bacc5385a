/** What a PDF starts with. */
export const PDF_HEADER = '%PDF-';

/**
 * How far into a file its header is looked for. The PDF specification says 1,024 bytes (PDF 1.7, appendix H, note 13), but
 * some servers and programs put more before it.
 */
export const HEADER_WINDOW_BYTES = 1024 * 1024;
