import type { JsonValue } from '../../../queue/index.ts';

/** A request that gets an error's status, with a body in the form of the original server. */
export class IngestionApiError extends Error {
  override readonly name = 'IngestionApiError';
  readonly status: number;
  readonly body: { readonly [name: string]: JsonValue };

  constructor(status: number, body: { readonly [name: string]: JsonValue }) {
    super(`The status ${status}: ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

/** A body that does not fit, as the original server's framework describes it. */
export function invalidBody(isStrict: boolean, description: string): IngestionApiError {
  return new IngestionApiError(isStrict ? 422 : 400, {
    title: 'Request data failed validation',
    description,
  });
}
