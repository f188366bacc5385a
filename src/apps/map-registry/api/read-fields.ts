import express, { type RequestHandler } from 'express';
import { faultOfText } from '../../../platform/database/storable-text.ts';
import { readJson } from '../../../platform/http/json-body.ts';
import { FieldError } from './field-error.ts';

/** What a request sends, by names. */
export type Fields = Readonly<Record<string, unknown>>;

/** Bytes of a body at most: it has a few names and an address. */
const LARGEST_BODY_BYTES = 64 * 1_024;

/** Reads a body of JSON or of a form. */
export const readFieldsBody: readonly RequestHandler[] = [
  express.urlencoded({ extended: false, limit: LARGEST_BODY_BYTES, parameterLimit: 20 }),
  readJson({ mediaTypes: ['application/json'], limitBytes: LARGEST_BODY_BYTES }),
];

/** Returns the fields of a body; it has to be an object. @throws {FieldError} */
export function fieldsOf(body: unknown): Fields {
  if (isFields(body)) return body;
  throw new FieldError('non_field_errors', 'The body has to be a JSON object or a form.');
}

function isFields(body: unknown): body is Fields {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/**
 * Returns a field that is a text, without white space around it; `undefined` where it is missing or empty.
 *
 * @throws {FieldError} where it is no text, too long, or cannot be stored.
 */
export function textField(fields: Fields, name: string, longest: number): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new FieldError(name, 'This has to be a text.');
  const text = value.trim();
  if (text.length > longest) throw new FieldError(name, `This may have ${longest} characters.`);
  const fault = faultOfText(text);
  if (fault) throw new FieldError(name, `This has ${fault}, which cannot be stored.`);
  return text === '' ? undefined : text;
}

/** Likewise for a required field. @throws {FieldError} also if it is missing or empty. */
export function requiredTextField(fields: Fields, name: string, longest: number): string {
  const text = textField(fields, name, longest);
  if (text === undefined) throw new FieldError(name, 'This field is required.');
  return text;
}

/** Returns a field that is a yes or no: of JSON, or as forms and queries have it. Default: false. @throws {FieldError} */
export function booleanField(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|1|on|yes)$/i.test(value)) return true;
  if (typeof value === 'string' && /^(false|0|off|no)$/i.test(value)) return false;
  throw new FieldError(name, 'This has to be true or false.');
}
