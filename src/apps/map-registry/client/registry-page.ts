import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { type Html, html } from '../../../platform/http/page.ts';
import type { Catalog } from '../layers/layer.ts';

/** The address below which all pages are. */
export const REGISTRY_PATH = '/registry';

/** The pages that the navigation leads to. */
export type RegistryPlace = 'search' | 'services' | 'domains';

/** What makes a page this one. */
export interface RegistryPage {
  readonly title: string;
  /** The catalogue whose pages the navigation leads to. */
  readonly catalog: Catalog;
  readonly place?: RegistryPlace;
  /** What the script shows: an attribute of the body. */
  readonly script?: 'search' | 'layer';
  readonly content: Html;
}

/** Returns the address of a catalogue's pages, without a slash at its end. */
export function catalogPath({ slug }: Pick<Catalog, 'slug'>): string {
  return `${REGISTRY_PATH}/${encodeURIComponent(slug)}`;
}

/** Puts the frame around a page: the name, the navigation, and the way past it. */
export function registryPage({ title, catalog, place, script, content }: RegistryPage): ClientPage {
  const root = catalogPath(catalog);
  const link = (name: RegistryPlace | 'api', address: string, text: string) =>
    name === place
      ? html`<a href="${address}" aria-current="page">${text}</a>`
      : html`<a href="${address}">${text}</a>`;
  return {
    title: `${title} | ${catalog.name}`,
    head: html`<link rel="search" type="application/opensearchdescription+xml" title="${catalog.name}" href="${REGISTRY_PATH}/opensearch">`,
    body: html`<body class="page-${script ?? 'text'}" data-page="${script ?? ''}" data-root="${root}"${remoteOf(catalog)}>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="${root}/search/">${LOGO}<span>${catalog.name}</span></a>
<nav aria-label="Registry">
${[
  link('search', `${root}/search/`, 'Map search'),
  link('services', `${root}/`, 'Services'),
  link('domains', `${REGISTRY_PATH}/domains/`, 'Domains'),
  link('api', `${REGISTRY_PATH}/api/docs/`, 'API'),
]}
</nav>
</header>
${content}
</body>`,
  };
}

function remoteOf({ url }: Catalog): Html | readonly Html[] {
  return url === null ? [] : html` data-remote="${url}"`;
}

/** A globe. */
const LOGO = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.2"/><path d="M2.8 12h18.4M12 2.8c3.2 2.6 4.6 5.7 4.6 9.2s-1.4 6.6-4.6 9.2c-3.2-2.6-4.6-5.7-4.6-9.2S8.800 5.400 12 2.800z"/></svg>`;
