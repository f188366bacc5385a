import type { AppSandbox } from '../../../app-kit/sandbox/app-sandbox.ts';
import { readSettings } from '../../../platform/settings/process-settings.ts';
import { documentBucketOf } from '../rendering/document-bucket.ts';
import { renderSettings } from '../settings.ts';

const { name, variables } = documentBucketOf(readSettings({}, [renderSettings]).of(renderSettings));

/** The bucket that large documents are stored in. */
export const renderSandbox: AppSandbox = {
  buckets: [{ variable: variables.name, defaultName: name }],
  offers: ({ apiUrl }) => [
    { value: `${apiUrl}/api/taskqueue/v1beta2`, note: 'the pull queues, for clients' },
  ],
};
