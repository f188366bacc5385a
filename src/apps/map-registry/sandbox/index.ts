import type { AppSandbox } from '../../../app-kit/sandbox/app-sandbox.ts';
import { ENDPOINTS } from '../admin/resources.ts';
import { demo } from './demo/index.ts';
import { demoState, mapServerStandIns } from './map-servers.ts';

/** A bucket for thumbnails and tiles, three servers of maps, and the demo that registers them. */
export const mapRegistrySandbox: AppSandbox = {
  buckets: [{ variable: 'REGISTRY_S3_BUCKET', defaultName: 'map-registry' }],
  standIns: mapServerStandIns,
  offers: ({ adminUrl, apiUrl }) => [
    { value: `${apiUrl}/registry/hypermap/search/`, note: 'the registry: a search with a map' },
    { value: `${adminUrl}/resources/${ENDPOINTS}`, note: 'servers that the registry knows, and new ones' },
    {
      value: `${apiUrl}/registry/hypermap/csw?service=CSW&request=GetCapabilities`,
      note: 'its catalogue (CSW)',
    },
  ],
  demoState,
  demo,
};
