import type { Response } from 'express';
import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { html, sendPage } from '../../../platform/http/page.ts';
import type { Catalog } from '../layers/layer.ts';
import { ADMIN_CATALOGS } from './admin-paths.ts';
import { catalogLinks } from './catalog-links.ts';
import { catalogPath, registryPage } from './registry-page.ts';

/** Characters of an address that are shown. */
const LONGEST_SLUG = 60;

/** Returns the page for something that a catalogue does not have. Its status is 404. */
export function missingPage(catalog: Catalog, kind: 'service' | 'layer' | 'page'): ClientPage {
  const root = catalogPath(catalog);
  const page = registryPage({
    title: 'Not found',
    catalog,
    content: html`<main id="content" class="text"><h1>Not found</h1>
<p>This catalogue has no such ${kind}. <a href="${root}/search/">Search</a>, or see <a href="${root}/">all services</a>.</p></main>`,
  });
  return { ...page, status: 404 };
}

/**
 * Returns the page for a catalogue that is not there. Its status is 404.
 *
 * @param first the catalogue whose pages the navigation leads to.
 * @param catalogs the ones that the page leads to.
 * @param slug what the address names.
 */
export function missingCatalogPage(first: Catalog, catalogs: readonly Catalog[], slug: string): ClientPage {
  const page = registryPage({
    title: 'Not found',
    catalog: first,
    content: html`<main id="content" class="text"><h1>Not found</h1>
<p>There is no catalogue ${JSON.stringify(slug.slice(0, LONGEST_SLUG))}. The catalogues are:</p>
${catalogLinks(catalogs)}</main>`,
  });
  return { ...page, status: 404 };
}

/** Sends the page for a registry without any catalogue. Its status is 404. */
export function sendNoCatalogPage(response: Response): void {
  sendPage(
    response,
    404,
    'Map registry',
    html`<h1>Map registry</h1>
<p>The registry has no catalogue. <a href="${ADMIN_CATALOGS}">Create one in the admin</a>.</p>`,
  );
}
