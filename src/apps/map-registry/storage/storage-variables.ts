import { text, wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** Where pictures are kept. */
export const storageVariables = {
  bucketName: variable('REGISTRY_S3_BUCKET', text, {
    default: 'map-registry',
    meaning: 'The S3 bucket that thumbnails of layers and tiles of the proxy are kept in.',
  }),
  requestsAtOnce: variable('REGISTRY_S3_REQUESTS', wholeNumber(1, 1_000), {
    default: '16',
    meaning: 'Requests to the bucket that a process makes at the same time.',
  }),
};
