import { text } from '../../platform/settings/values.ts';
import { optionalVariable, type Variable } from '../../platform/settings/variable.ts';

/** What the original registry read and this one does not need, with what takes its place. */
const MEANINGS = {
  SITE_URL:
    'Addresses in replies have the host of the request; others have `WEB_SERVER_SCHEME` and `WEB_SERVER_HOSTNAME`.',
  BASE_URL: 'As `SITE_URL`.',
  BASE_PORT: 'The port is `PORT`.',
  BROKER_URL: 'Tasks are in Postgres (`DATABASE_URL`), or in Amazon SQS.',
  REGISTRY: 'The registry runs where `INSTALLED_APPS` names `map-registry`.',
  REGISTRY_SKIP_CELERY:
    'Tasks are always run by engines: a request never waits for a map service. `npm start` runs an engine too.',
  DEBUG_SERVICES: 'Use `REGISTRY_LIMIT_LAYERS`.',
  DEBUG_LAYERS_NUMBER: 'Use `REGISTRY_LIMIT_LAYERS`.',
  C_FORCE_ROOT: 'Engines do not run as root in the image.',
  MAPPROXY_CACHE_DIR: 'Tiles are kept in the bucket, so that all servers share them.',
  FILE_CACHE_DIRECTORY: 'As `MAPPROXY_CACHE_DIR`.',
  REGISTRY_MAPPING_PRECISION: 'Boxes are exact, in Postgres and in Elasticsearch.',
} as const;

/** Variables of the original registry that are accepted without effect. */
export const originalVariables: Readonly<Record<string, Variable<string | undefined>>> = Object.fromEntries(
  Object.entries(MEANINGS).map(([name, meaning]) => [name, optionalVariable(name, text, { meaning })]),
);
