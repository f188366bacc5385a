import type { AppSandbox } from '../../../app-kit/sandbox/app-sandbox.ts';
import { demo } from './demo/index.ts';
import { demoState, upstreamStandIn } from './upstream-stand-in.ts';

/** A database to copy from, one with the live tables, and the demo that takes 100,000 rows from one to the other. */
export const ingestionSandbox: AppSandbox = {
  standIns: [upstreamStandIn],
  offers: ({ apiUrl, adminUrl }) => [
    { value: `${adminUrl}/resources/refreshes`, note: 'request refreshes, and watch them' },
    { value: `${adminUrl}/resources/search-indexes`, note: 'indexes and aliases of the search engine' },
    { value: `${apiUrl}/ingestion/task`, note: 'the API, for schedulers' },
  ],
  demoState,
  demo,
};
