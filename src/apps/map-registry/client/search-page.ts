import type { ClientPage } from '../../../app-kit/client/client-pages.ts';
import { html } from '../../../platform/http/page.ts';
import { type Catalog, SERVICE_TYPES } from '../layers/layer.ts';
import { ADD_ENDPOINTS } from './admin-paths.ts';
import { catalogPath, registryPage } from './registry-page.ts';

/** Returns the search of a catalogue: a map, a histogram of the years, and cards. Its script fills it. */
export function searchPage(catalog: Catalog): ClientPage {
  return registryPage({
    title: 'Map search',
    catalog,
    place: 'search',
    script: 'search',
    content: html`<main id="content" class="search">
<h1 class="hidden">Search maps</h1>
<div id="panel" class="panel" aria-busy="true">
<form id="search-form" role="search">
<label for="q" class="hidden">Search layers</label>
<div class="search-box">
<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.500" cy="10.500" r="6.500"/><path d="M15.500 15.500 21 21"/></svg>
<input id="q" type="search" maxlength="1000" placeholder="Rivers, roads, census 1870 …" autocomplete="off" spellcheck="false" enterkeyhint="search">
<kbd aria-hidden="true">/</kbd>
</div>
<div class="filters">
<details class="menu" name="filter"><summary>Sources</summary><div class="menu-box"><ul id="sources" class="counts"></ul><p id="sources-empty" class="quiet">No sources.</p></div></details>
<details class="menu" name="filter"><summary>Words</summary><div class="menu-box"><ul id="words" class="counts"></ul><p id="words-empty" class="quiet">No words.</p></div></details>
<label class="choice"><span class="hidden">Type of service</span>
<select id="type"><option value="">All types</option>
${SERVICE_TYPES.map((type) => html`<option value="${type}">${type}</option>`)}
</select></label>
</div>
</form>
<ul id="conditions" class="conditions" aria-label="The search is narrowed by"></ul>
<div class="result-head">
<h2 id="result-heading" tabindex="-1">Searching …</h2>
<fieldset class="sort"><legend class="hidden">Order</legend>
<label><input type="radio" name="sort" id="sort-score" value="score" checked><span>Best</span></label>
<label><input type="radio" name="sort" id="sort-time" value="time"><span>Newest</span></label>
</fieldset>
<button id="clear" type="button" class="plain" hidden>Clear all</button>
</div>
<p id="status" class="hidden" role="status"></p>
<div id="fault" class="notice bad" role="alert" hidden><p id="fault-text"></p><button id="retry" type="button" class="button">Try again</button></div>
<div id="empty" class="notice" hidden><p><b>Nothing found.</b></p><p>Use fewer words, more years, or a larger part of the map.</p><button id="clear-empty" type="button" class="button">Show everything</button></div>
<div id="nothing-yet" class="notice" hidden><p><b>No layers yet.</b></p><p>Layers appear here once a map service is harvested, checked and indexed.</p><a class="button" href="${ADD_ENDPOINTS}">Add map servers</a></div>
<ol id="results" class="cards" aria-label="Layers"></ol>
<nav id="pages" class="pager" aria-label="Pages of results" hidden>
<button id="previous" type="button" class="button">Previous</button>
<span id="page-text" class="quiet"></span>
<button id="next" type="button" class="button">Next</button>
</nav>
<noscript><p class="notice">The search needs JavaScript. <a href="${catalogPath(catalog)}/">The list of services</a> works without it.</p></noscript>
</div>
<section class="world" aria-label="Map and years">
<div class="map-box">
<div id="map" tabindex="0" role="application" aria-label="Map of the layers that were found" aria-describedby="map-help"></div>
<p id="map-help" class="hidden">Arrow keys move the map. Plus and minus zoom.</p>
<div class="map-tools">
<label><input id="follow-map" type="checkbox" checked> Search where I move the map</label>
<label><input id="heat" type="checkbox" checked> Density</label>
<button id="world" type="button" class="plain">Whole world</button>
</div>
<p class="legend" aria-hidden="true"><span>few layers</span><i></i><span>many</span></p>
</div>
<section class="years" aria-labelledby="years-heading">
<div class="years-head"><h2 id="years-heading">Years</h2><output id="years-text" for="from to"></output><button id="clear-years" type="button" class="plain" hidden>All years</button></div>
<div class="histogram-box">
<div id="histogram" aria-hidden="true"></div>
<p id="time-empty" class="quiet" hidden>No layer that was found has a date.</p>
<input id="from" type="range" min="0" max="0" value="0" aria-label="First year" disabled>
<input id="to" type="range" min="0" max="0" value="0" aria-label="Last year" disabled>
</div>
<p id="time-ends" aria-hidden="true"></p>
</section>
</section>
</main>`,
  });
}
