import { extname } from 'node:path';

/**
 * The URL of a module that is started as a process or thread, for which a URL has to be written that no
 * compiler rewrites: it has the extension of who names it, `.ts` in a checkout and `.js` when compiled.
 *
 * @param path relative to who names it, without an extension.
 */
export function siblingModule(importMetaUrl: string, path: string): URL {
  return new URL(`${path}${extname(new URL(importMetaUrl).pathname)}`, importMetaUrl);
}
