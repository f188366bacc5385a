import { type Html, html } from '../../../platform/http/page.ts';
import type { CollectionExtent } from '../catalogue/product.ts';
import type { Collection } from '../collections/collection.ts';

/** A collection, and what its products cover; `undefined` as long as there are none. */
export interface ListedCollection {
  readonly collection: Collection;
  readonly extent: CollectionExtent | undefined;
}

/** Returns the list of collections. */
export function collectionList(collections: readonly ListedCollection[], root: string): Html {
  return html`<h1>Collections</h1>
<p>Images of the earth, by collection.</p>
<table>
<thead><tr><th scope="col">Collection</th><th scope="col">From</th><th scope="col">To</th></tr></thead>
<tbody>
${collections.map(
  ({ collection: { id, title }, extent }) => html`<tr>
<td><a href="${root}/${encodeURIComponent(id)}">${title}</a></td>
${extent ? html`<td>${day(extent.begins)}</td><td>${day(extent.ends)}</td>` : html`<td colspan="2">No products yet</td>`}
</tr>`,
)}
</tbody>
</table>
<h2>Services</h2>
<ul>
<li><a href="/cache/ows/wmts/1.0.0/WMTSCapabilities.xml">WMTS</a>: tiles</li>
<li><a href="/ows?service=WMS&amp;request=GetCapabilities">WMS</a>: maps</li>
<li><a href="/ows?service=WCS&amp;request=GetCapabilities">WCS</a>: images</li>
<li><a href="/opensearch">OpenSearch</a>: products</li>
</ul>`;
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
