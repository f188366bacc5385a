import { type Html, html } from '../../../platform/http/page.ts';
import { type ServiceType, shortTypeOf } from '../layers/layer.ts';

/** Returns the short name of a type of services, with the whole one behind it. */
export function typeBadge(type: ServiceType): Html {
  return html`<span class="badge" title="${type}">${shortTypeOf(type)}</span>`;
}
