import { type Request, type RequestHandler, type Response, Router } from 'express';
import { refuseOtherMethods } from '../../platform/http/allowed-methods.ts';
import { HttpError } from '../../platform/http/http-error.ts';
import { type Html, html } from '../../platform/http/page.ts';
import type { ClientBundle, ClientFile } from './client-bundle.ts';

/** A year: the name of a file changes with its content. */
const FILE_CACHE = 'public, max-age=31536000, immutable';

/** Scripts, styles and pictures of this server alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** A public page of an app. */
export interface ClientPage {
  readonly title: string;
  /** The element `body`, whole. */
  readonly body: Html;
  /** What is added to the head. */
  readonly head?: Html;
  /** Default: 200. */
  readonly status?: number;
}

/** How an app sends its public pages, with its own script and styles. */
export interface ClientPages {
  /** Sends a page. It may load scripts, styles and pictures of this server alone. */
  send(response: Response, page: ClientPage): Promise<void>;
  /** The routes of the script and the styles. */
  readonly assets: Router;
}

/**
 * Makes {@link ClientPages}.
 *
 * @param path the folder of the assets in addresses: `/view-server/assets`.
 */
export function createClientPages(path: string, readBundle: () => Promise<ClientBundle>): ClientPages {
  return {
    async send(response, { title, body, head, status = 200 }) {
      const { script, styles } = await readBundle();
      response
        .status(status)
        .set('Content-Security-Policy', POLICY)
        .set('Cache-Control', 'no-store')
        .type('html')
        .send(
          html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${path}/${styles.name}">
<script src="${path}/${script.name}" defer></script>
${head ?? []}
</head>
${body}
</html>
`.text,
        );
    },
    assets: assetRouter(path, readBundle),
  };
}

function assetRouter(path: string, readBundle: () => Promise<ClientBundle>): Router {
  const sendAsset: RequestHandler<{ readonly name: string }> = async (request, response) => {
    const { script, styles } = await readBundle();
    const file = [script, styles].find(({ name }) => name === request.params.name);
    if (!file) throw new HttpError(404, 'Not found.');
    sendFile(request, response, file);
  };
  const router = Router({ caseSensitive: true, strict: true });
  router.route(`${path}/:name`).get(sendAsset).all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}

function sendFile(
  request: Request<{ readonly name: string }>,
  response: Response,
  { name, content, br, gzip }: ClientFile,
): void {
  const encoding = request.acceptsEncodings(['br', 'gzip']);
  response.set('Cache-Control', FILE_CACHE).set('Vary', 'Accept-Encoding').type(name);
  if (encoding === 'br' || encoding === 'gzip') response.set('Content-Encoding', encoding);
  response.send(encoding === 'br' ? br : encoding === 'gzip' ? gzip : content);
}
