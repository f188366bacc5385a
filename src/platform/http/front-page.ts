import { Router } from 'express';
import { refuseOtherMethods } from './allowed-methods.ts';
import { html, sendPage, wantsJson } from './page.ts';

/** A place of this service that people may want to go to. */
export interface FrontPageLink {
  readonly path: string;
  readonly label: string;
  readonly description: string;
}

/** What the front page says. */
export interface FrontPageOptions {
  readonly title: string;
  readonly description: string;
  readonly links: readonly FrontPageLink[];
}

/** The page at `/`: what this is, and where to go. Requests that accept JSON get the same as JSON. */
export function createFrontPage({ title, description, links }: FrontPageOptions): Router {
  const rows = links.map(
    (link) =>
      html`<tr><th scope="row"><a href="${link.path}">${link.label}</a></th><td>${link.description}</td></tr>`,
  );
  const body = html`<h1>${title}</h1>
<p>${description}</p>
<table>
${rows}
</table>`;
  const router = Router();
  router
    .route('/')
    .get((request, response) => {
      if (wantsJson(request)) {
        const paths = Object.fromEntries(links.map(({ path, label }) => [label, path]));
        response.json({ title, description, links: paths });
      } else sendPage(response, 200, title, body);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}
