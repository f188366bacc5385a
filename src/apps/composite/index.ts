import type { App } from '../../app-kit/app.ts';
import { openPageBucket } from './pages/page-bucket.ts';
import { compositeSettings } from './settings.ts';
import { processMember } from './tasks.ts';

/** PDFs in, images of their pages at the DLCS out. */
export const composite: App = {
  name: 'composite',
  title: 'Composites',
  description:
    'Accepts PDFs over REST, stores their pages as images in S3, and hands them to a DLCS in batches.',
  settings: compositeSettings,
  tasks: [processMember],
  // The DLCS is not among them: only a caller's credentials can ask it.
  healthChecks: ({ platform }) => [{ name: 'S3', check: () => openPageBucket(platform).ping() }],
  api: async () => (await import('./api/index.ts')).compositeApi,
  admin: async () => (await import('./admin/index.ts')).compositeAdmin,
  sandbox: async () => (await import('./sandbox/index.ts')).compositeSandbox,
};
