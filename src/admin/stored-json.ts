import { isSealed } from '../queue/index.ts';

/** What is shown in place of a secret. */
export const SECRET_DOTS = '••••';

/** Stored JSON with dots for whatever is sealed. */
export function withoutSecrets(stored: unknown): unknown {
  return JSON.parse(JSON.stringify(stored ?? null, hideSealed));
}

function hideSealed(_key: string, value: unknown): unknown {
  return isSealed(value) ? SECRET_DOTS : value;
}
