import type { AppSandbox } from '../../../app-kit/sandbox/app-sandbox.ts';
import { demo } from './demo/index.ts';
import { demoState, dlcsStandIn, makeSecrets, takeOverDlcs } from './dlcs-stand-in.ts';
import { offers, tryNext } from './offers.ts';
import { pageBucket } from './page-bucket.ts';

/** A DLCS to hand pages to, a bucket with a sample PDF, and the demo that sends a PDF all the way. */
export const compositeSandbox: AppSandbox = {
  // The sample PDF, and the PDFs that people try things with, are on this machine.
  environment: { ORIGIN_ALLOWED_NETWORKS: 'loopback' },
  buckets: [pageBucket],
  makeSecrets,
  takeOver: takeOverDlcs,
  standIns: [dlcsStandIn],
  offers,
  tryNext,
  demoState,
  demo,
};
