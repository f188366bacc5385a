import type { SandboxBucket } from '../../../app-kit/sandbox/app-sandbox.ts';
import { readSettings } from '../../../platform/settings/process-settings.ts';
import { pageBucketOf } from '../pages/page-bucket.ts';
import { compositeSettings } from '../settings.ts';

const { name, variables } = pageBucketOf(readSettings({}, [compositeSettings]).of(compositeSettings));

/** The key of the sample PDF. */
const SAMPLE_KEY = 'samples/almanac.pdf';

/** The bucket that pages are stored in. Its stand-in has a PDF to try things with. */
export const pageBucket: SandboxBucket = {
  variable: variables.name,
  defaultName: name,
  files: [
    {
      key: SAMPLE_KEY,
      contentType: 'application/pdf',
      make: async () => (await import('./sample/sample-pdf.ts')).makeSamplePdf(),
    },
  ],
};

/** The URL of the sample PDF. */
export function sampleUrl(objectStorageUrl: string): string {
  return `${objectStorageUrl}/${name}/${SAMPLE_KEY}`;
}
