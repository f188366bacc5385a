import { type Html, html } from '../../../platform/http/page.ts';
import type { Catalog } from '../layers/layer.ts';
import { catalogPath } from './registry-page.ts';

/** Returns links to the services of catalogues. @param current the one whose page it is. */
export function catalogLinks(catalogs: readonly Catalog[], current?: Catalog): Html {
  return html`<nav aria-label="Catalogues"><ul class="conditions catalogs">${catalogs.map((catalog) =>
    catalog.id === current?.id
      ? html`<li><a href="${catalogPath(catalog)}/" aria-current="true">${catalog.name}</a></li>`
      : html`<li><a href="${catalogPath(catalog)}/">${catalog.name}</a></li>`,
  )}</ul></nav>`;
}
