import { makeValidator } from 'envalid';
import ipaddr from 'ipaddr.js';
import { defineSection } from '../../platform/settings/section.ts';
import { refuse, text, wholeNumber } from '../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../platform/settings/variable.ts';
import { apiVariables } from './api/api-variables.ts';
import { cogVariables } from './cog/cog-settings.ts';
import { collectionVariables } from './collections/collection-variables.ts';
import { preprocessingVariables } from './preprocessing/preprocessing-variables.ts';
import { registrarVariables } from './registrar/registrar-variables.ts';
import { rendererVariables } from './renderer/renderer-variables.ts';
import { tileVariables } from './tiles/tile-variables.ts';

/** Where something listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

/** A host and a port: `127.0.0.1:6379`, `[::1]:6379`. */
const listenAddress = makeValidator<ListenAddress>((input) => {
  const url = URL.parse(`redis://${input.trim()}`);
  if (!url || url.hostname === '' || url.port === '' || url.pathname + url.search + url.hash + url.username) {
    return refuse('a host and a port: 127.0.0.1:6379');
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) };
});

const items = {
  collection: variable('COLLECTION', text, {
    default: 'collection',
    meaning:
      'The collection of pushed packages whose path is in the `paths` of no collection. If the file of collections does not have it: its first one.',
  }),
  maximumDeliveries: variable('VIEW_SERVER_MAX_ATTEMPTS', wholeNumber(1, 1_000), {
    default: '5',
    meaning:
      'How often an item that was pushed is given to a worker. When the last of these workers is lost, the item fails.',
  }),
  attemptDays: variable('VIEW_SERVER_ATTEMPT_DAYS', wholeNumber(1, 36_500), {
    default: '90',
    meaning:
      'Days for which attempts are kept that others have followed. The newest attempt at an item is kept with the item.',
  }),
  itemDays: optionalVariable('VIEW_SERVER_ITEM_DAYS', wholeNumber(1, 36_500), {
    example: '365',
    meaning:
      'Days after which items that have ended are forgotten, in the sets of Redis clients, too. Products stay. Not set: they are kept.',
  }),
};

const redis = {
  listen: optionalVariable('REDIS_LISTEN', listenAddress, {
    example: '127.0.0.1:6379',
    meaning: 'Where the server listens for Redis clients. Not set: it does not.',
  }),
  password: optionalVariable('REDIS_PASSWORD', text, {
    isSecret: true,
    meaning:
      'The password of Redis clients, with the user `default` or none. Required if `REDIS_LISTEN` can be reached from other machines.',
  }),
  maximumClients: variable('REDIS_MAX_CLIENTS', wholeNumber(1, 60_000), {
    default: '2000',
    meaning: 'Redis clients that are connected to one server process at a time.',
  }),
  workSeconds: variable('REDIS_WORK_SECONDS', wholeNumber(1, 2_000_000), {
    default: '3600',
    meaning:
      'Seconds after which an item waits again that an outside worker has added to a set of items in work, and has not ended. Items that were taken by a blocking pop wait again when their connection is lost.',
  }),
};

function keyName(name: string, value: string, meaning: string) {
  return variable(name, text, { default: value, meaning });
}

const redisKeyNames = {
  preprocessMetadataQueue: keyName(
    'REDIS_PREPROCESS_MD_QUEUE_KEY',
    'preprocess-md_queue',
    'The list of packages to preprocess, as JSON.',
  ),
  preprocessQueue: keyName(
    'REDIS_PREPROCESS_QUEUE_KEY',
    'preprocess_queue',
    'The list of packages to preprocess.',
  ),
  preprocessProgress: keyName(
    'REDIS_PREPROCESS_PROGRESS_KEY',
    'preprocessing_set',
    'The set of packages that are being preprocessed.',
  ),
  preprocessSuccess: keyName(
    'REDIS_PREPROCESS_SUCCESS_KEY',
    'preprocess-success_set',
    'The set of packages that were preprocessed.',
  ),
  preprocessFailure: keyName(
    'REDIS_PREPROCESS_FAILURE_KEY',
    'preprocess-failure_set',
    'The set of packages that could not be preprocessed.',
  ),
  registerQueue: keyName('REDIS_REGISTER_QUEUE_KEY', 'register_queue', 'The list of packages to register.'),
  registerProgress: keyName(
    'REDIS_REGISTER_PROGRESS_KEY',
    'registering_set',
    'The set of packages that are being registered.',
  ),
  registerSuccess: keyName(
    'REDIS_REGISTER_SUCCESS_KEY',
    'register-success_set',
    'The set of packages that were registered.',
  ),
  registerFailure: keyName(
    'REDIS_REGISTER_FAILURE_KEY',
    'register-failure_set',
    'The set of packages that could not be registered.',
  ),
  seedQueue: keyName('REDIS_SEED_QUEUE_KEY', 'seed_queue', 'The list of intervals to seed.'),
  seedProgress: keyName(
    'REDIS_SEED_PROGRESS_KEY',
    'seeding_set',
    'The set of intervals that are being seeded.',
  ),
  seedSuccess: keyName(
    'REDIS_SEED_SUCCESS_KEY',
    'seed-success_set',
    'The set of intervals that were seeded.',
  ),
  seedFailure: keyName(
    'REDIS_SEED_FAILURE_KEY',
    'seed-failure_set',
    'The set of intervals that could not be seeded.',
  ),
};

/** How packages go through their stages, and how Redis clients reach them. */
export const viewServerSettings = defineSection({
  name: 'view-server',
  prefixes: ['VIEW_SERVER_', 'PREPROCESSOR_'],
  sharedPrefixes: ['REDIS_'],
  variables: {
    items,
    collections: collectionVariables,
    cog: cogVariables,
    preprocessing: preprocessingVariables,
    renderer: rendererVariables,
    registrar: registrarVariables,
    api: apiVariables,
    tiles: tileVariables,
    redis,
    redisKeyNames,
  },
  derive: (values, { reportFault }) => {
    const { listen, password } = values.redis;
    if (listen && !password && !isLoopback(listen.host)) {
      reportFault('REDIS_LISTEN can be reached from other machines, so REDIS_PASSWORD is required.', [
        redis.listen,
        redis.password,
      ]);
    }
    const names = Object.values(values.redisKeyNames);
    if (new Set(names).size < names.length) {
      reportFault('Two of the names of Redis keys (REDIS_…_KEY) are the same.', []);
    }
    return values;
  },
  parts: () => [
    { title: 'Items', variables: Object.values(items) },
    { title: 'Collections', variables: Object.values(collectionVariables) },
    { title: 'Maps', variables: Object.values(rendererVariables) },
    { title: 'Preprocessing', variables: Object.values(preprocessingVariables) },
    { title: 'Cloud-optimised GeoTIFFs', variables: Object.values(cogVariables) },
    { title: 'Registration', variables: Object.values(registrarVariables) },
    { title: 'The HTTP API', variables: Object.values(apiVariables) },
    { title: 'Tiles', variables: Object.values(tileVariables) },
    { title: 'Redis clients', variables: Object.values(redis) },
    { title: 'Names of Redis keys', variables: Object.values(redisKeyNames) },
  ],
});

/** The settings of the app, as {@link viewServerSettings} declares them. */
export type ViewServerSettings = ReturnType<(typeof viewServerSettings)['readValues']>;

/** The names of the keys that Redis clients see. */
export type RedisKeyNames = ViewServerSettings['redisKeyNames'];

function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback');
}
