import type { AppSandbox } from '../../../app-kit/sandbox/app-sandbox.ts';
import { readSettings } from '../../../platform/settings/process-settings.ts';
import { documentBucketOf } from '../rendering/document-bucket.ts';
import { renderSettings } from '../settings.ts';
import { demo } from './demo/index.ts';

const { name, variables } = documentBucketOf(readSettings({}, [renderSettings]).of(renderSettings));

/** A pull queue that is rendered, the bucket that large documents are stored in, and the demo. */
export const renderSandbox: AppSandbox = {
  // These, as RENDER_QUEUES takes precedence over them.
  environment: { PROJECT_NAME: 'worksheets', QUEUE_NAME: 'orders' },
  buckets: [{ variable: variables.name, defaultName: name }],
  offers: ({ apiUrl, adminUrl }) => [
    { value: `${apiUrl}/render/resources`, note: 'choose a worksheet, and print it' },
    { value: `${adminUrl}/resources/pull-tasks`, note: 'watch orders and results, and order a worksheet' },
    { value: `${apiUrl}/api/taskqueue/v1beta2`, note: 'the pull queues, for clients' },
  ],
  demo,
};
