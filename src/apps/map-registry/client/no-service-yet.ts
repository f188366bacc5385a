import { type Html, html } from '../../../platform/http/page.ts';
import { ADD_ENDPOINTS } from './admin-paths.ts';

/** Returns what a page shows in place of services while the registry has none. */
export function noServiceYet(): Html {
  return html`<div class="notice"><p><b>No services yet.</b></p><p>Add the address of a map server, and its services are found, harvested and checked.</p><a class="button" href="${ADD_ENDPOINTS}">Add map servers</a></div>`;
}
