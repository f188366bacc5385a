import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { cswOpenApi } from '../../csw/open-api.ts';
import { proxyOpenApi } from '../../proxy/open-api.ts';
import { searchOpenApi } from '../../search/open-api.ts';
import { catalogsOpenApi } from './catalogs.ts';
import { endpointsOpenApi } from './endpoints.ts';
import { resourceActionsOpenApi } from './resource-actions.ts';
import { SECURITY_SCHEMES } from './shared-parts.ts';

/** What each part says of its routes. */
const FRAGMENTS: readonly OpenApiFragment[] = [
  searchOpenApi,
  catalogsOpenApi,
  endpointsOpenApi,
  cswOpenApi,
  resourceActionsOpenApi,
  proxyOpenApi,
];

/** What the description of the API says of the registry. */
export const openApi: OpenApiFragment = {
  tags: FRAGMENTS.flatMap(({ tags }) => tags),
  paths: Object.assign({}, ...FRAGMENTS.map(({ paths }) => paths)),
  schemas: Object.assign({}, ...FRAGMENTS.map(({ schemas }) => schemas)),
  securitySchemes: SECURITY_SCHEMES,
};
