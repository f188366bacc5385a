import { defineSection } from '../../platform/settings/section.ts';
import { boolean } from '../../platform/settings/values.ts';
import { variable } from '../../platform/settings/variable.ts';
import { checkVariables } from './checks/check-variables.ts';
import { cswVariables } from './csw/csw-variables.ts';
import { harvestVariables } from './harvest/harvest-variables.ts';
import { indexVariables } from './indexing/index-variables.ts';
import { proxyVariables } from './proxy/proxy-variables.ts';
import { sourceVariables } from './sources/source-variables.ts';
import { storageVariables } from './storage/storage-variables.ts';

const api = {
  isStrict: variable('REGISTRY_STRICT', boolean, {
    default: 'True',
    meaning:
      'Whether errors have the HTTP status that fits. False: the statuses of the original registry, which are 200 for many of them.',
  }),
};

/** How map services are found, checked, searched and published. */
export const mapRegistrySettings = defineSection({
  name: 'map-registry',
  prefixes: ['REGISTRY_'],
  variables: {
    harvest: harvestVariables,
    sources: sourceVariables,
    checks: checkVariables,
    indexing: indexVariables,
    proxy: proxyVariables,
    storage: storageVariables,
    csw: cswVariables,
    api,
  },
  derive: (values) => values,
  parts: () => [
    { title: 'Harvests', variables: Object.values(harvestVariables) },
    { title: 'Kinds of servers', variables: Object.values(sourceVariables) },
    { title: 'Checks', variables: Object.values(checkVariables) },
    { title: 'The search engine', variables: Object.values(indexVariables) },
    { title: 'Maps of layers', variables: Object.values(proxyVariables) },
    { title: 'Pictures in S3', variables: Object.values(storageVariables) },
    { title: 'CSW', variables: Object.values(cswVariables) },
    { title: 'The HTTP API', variables: Object.values(api) },
  ],
});

/** The settings of the app, as {@link mapRegistrySettings} declares them. */
export type MapRegistrySettings = ReturnType<(typeof mapRegistrySettings)['readValues']>;
