import { allowedNetworks } from '../../../platform/http/outgoing/allowed-networks.ts';
import { boolean, integer, text, texts, wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** How services are read. */
export const harvestVariables = {
  harvestServices: variable('REGISTRY_HARVEST_SERVICES', boolean, {
    default: 'True',
    meaning: 'Whether the layers of services are read with each check.',
  }),
  limitLayers: variable('REGISTRY_LIMIT_LAYERS', integer(-1, 1_000_000), {
    default: '-1',
    meaning: 'Layers of each service that are harvested and checked; 0 or less for all.',
  }),
  supportedSrs: variable('REGISTRY_SUPPORTED_SRS', texts, {
    default: '3857,3978,3995,4326,5936,102100,102113,102736,900913',
    meaning: 'EPSG codes, separated by commas. A service has to offer at least one of them.',
  }),
  deletedAfter: variable('REGISTRY_DELETED_AFTER', wholeNumber(1, 1_000), {
    default: '3',
    meaning: 'Harvests in a row without a layer after which it is marked as deleted.',
  }),
  maximumBodyMebibytes: variable('REGISTRY_MAX_BODY', wholeNumber(1, 1_024), {
    default: '16',
    meaning:
      'Mebibytes that a reply of a map service may have: capabilities with some 20,000 layers. A worker grows by up to four times as much.',
  }),
  allowedNetworks: variable('REGISTRY_ALLOWED_NETWORKS', allowedNetworks, {
    default: 'none',
    meaning:
      'Hosts and networks that map services may be in besides the public internet: `none`, or addresses, networks (`10.0.0.0/8`) and hosts, separated by commas.',
  }),
  allowedPorts: variable('REGISTRY_ALLOWED_PORTS', texts, {
    default: '80,443,8080,8443',
    meaning:
      'Ports that map services may have, separated by commas. Hosts and networks that are listed above may have any.',
  }),
  userAgent: variable('REGISTRY_USER_AGENT', text, {
    default: 'CompositeHandler-MapRegistry',
    meaning: 'What the registry calls itself in requests to map services.',
  }),
};
