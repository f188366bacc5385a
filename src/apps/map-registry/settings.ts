import { defineSection } from '../../platform/settings/section.ts';
import { boolean, wholeNumber } from '../../platform/settings/values.ts';
import { variable } from '../../platform/settings/variable.ts';
import { checkVariables } from './checks/check-variables.ts';
import { cswVariables } from './csw/csw-variables.ts';
import { harvestVariables } from './harvest/harvest-variables.ts';
import { indexVariables } from './indexing/index-variables.ts';
import { originalVariables } from './original-variables.ts';
import { proxyVariables } from './proxy/proxy-variables.ts';
import { sourceVariables } from './sources/source-variables.ts';
import { storageVariables } from './storage/storage-variables.ts';

const pages = {
  servicesOfPage: variable('PAGINATION_DEFAULT_PAGINATION', wholeNumber(1, 100), {
    default: '10',
    meaning: 'Services of one page of a list.',
  }),
};

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
    pages,
    api,
    original: originalVariables,
  },
  derive: ({ original, ...values }, { reportWarning }) => {
    const names = Object.keys(original).filter((name) => original[name] !== undefined);
    if (names.length > 0) {
      reportWarning(`${names.join(', ')}: set for the original map registry, and without effect here.`);
    }
    return values;
  },
  parts: () => [
    { title: 'Harvests', variables: Object.values(harvestVariables) },
    { title: 'Kinds of servers', variables: Object.values(sourceVariables) },
    { title: 'Checks', variables: Object.values(checkVariables) },
    { title: 'The search engine', variables: Object.values(indexVariables) },
    { title: 'Maps of layers', variables: Object.values(proxyVariables) },
    { title: 'Pictures in S3', variables: Object.values(storageVariables) },
    { title: 'CSW', variables: Object.values(cswVariables) },
    { title: 'The pages', variables: Object.values(pages) },
    { title: 'The HTTP API', variables: Object.values(api) },
    {
      title: 'Settings of the original registry',
      introduction:
        'They are accepted without effect, with a warning at the start. So are those of Django and Celery (`ALLOWED_HOSTS`, `CELERY_…`), without a warning. `DATABASE_URL` and `CACHE_URL` are settings of the whole service; what waits for the index is in the database, not in the cache.',
      variables: Object.values(originalVariables),
    },
  ],
});

/** The settings of the app, as {@link mapRegistrySettings} declares them. */
export type MapRegistrySettings = ReturnType<(typeof mapRegistrySettings)['readValues']>;
