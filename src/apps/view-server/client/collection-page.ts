import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { html } from '../../../platform/http/page.ts';
import type { Collection } from '../collections/collection.ts';

/** Returns the page of a collection; its script fills it. */
export function collectionPage({ id, title }: Collection, root: string): ClientPage {
  const address = `${root}/${encodeURIComponent(id)}`;
  return {
    title,
    body: html`<body data-collection="${id}" data-address="${address}">
<a class="skip" href="#products">Skip the map</a>
<header>
<nav aria-label="Collections"><a href="${root}/">Collections</a></nav>
<h1>${title}</h1>
</header>
<main>
<section class="map-section" aria-label="Map">
<div id="map" tabindex="0" role="application" aria-label="Map of ${title}" aria-describedby="map-help"></div>
<p id="map-help" class="quiet">Arrow keys move the map; plus and minus zoom.</p>
</section>
<div class="side">
<p id="status" role="status" class="quiet">Loading the collection.</p>
<section aria-labelledby="time-heading">
<h2 id="time-heading">Time</h2>
<div id="histogram" aria-hidden="true"></div>
<p><label for="from">From <output id="from-text"></output></label><input id="from" type="range" min="0" max="0" value="0" disabled></p>
<p><label for="to">To <output id="to-text"></output></label><input id="to" type="range" min="0" max="0" value="0" disabled></p>
</section>
<section aria-labelledby="layer-heading">
<h2 id="layer-heading">Layer</h2>
<fieldset id="layers"><legend class="hidden">Layer</legend></fieldset>
<p><label><input id="footprints" type="checkbox" checked> Footprints</label></p>
</section>
<section aria-labelledby="product-heading">
<h2 id="product-heading" tabindex="-1">Products in view</h2>
<p id="product-count" role="status" class="quiet"></p>
<ul id="products" tabindex="-1"></ul>
</section>
<section id="details" aria-labelledby="details-heading" hidden>
<h2 id="details-heading" tabindex="-1"></h2>
<dl id="properties"></dl>
<ul id="links"></ul>
<button id="close" type="button">Close</button>
</section>
</div>
</main>
<noscript><p>The map needs JavaScript. The services work without it.</p></noscript>
</body>`,
  };
}
