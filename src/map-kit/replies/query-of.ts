import type { Request } from 'express';

/** Returns the query of a request as it was sent: what follows the question mark. */
export function queryOf({ originalUrl }: Request): string {
  const mark = originalUrl.indexOf('?');
  return mark < 0 ? '' : originalUrl.slice(mark + 1);
}
