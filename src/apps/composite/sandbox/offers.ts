import type { Offer, RunningApp } from '../../../app-kit/sandbox/app-sandbox.ts';
import { usesStandIn } from './dlcs-stand-in.ts';
import { sampleUrl } from './page-bucket.ts';

/** Where PDFs are submitted, and where they are watched. */
export function offers(running: RunningApp): readonly Offer[] {
  const customer = usesStandIn(running) ? running.secrets['customer'] : '{customer}';
  return [
    { value: `${running.apiUrl}/customers/${customer}/queue`, note: 'POST a collection of PDFs' },
    { value: `${running.adminUrl}/resources/members`, note: 'watch them, and resubmit what failed' },
  ];
}

/** A command that submits the sample PDF. */
export function tryNext(running: RunningApp): readonly string[] {
  const { objectStorage, apiUrl, secrets } = running;
  if (!objectStorage?.isStandIn || !usesStandIn(running)) return [];
  const body = JSON.stringify({
    '@context': 'http://www.w3.org/ns/hydra/context.jsonld',
    '@type': 'Collection',
    member: [
      {
        '@type': 'vocab:Composite',
        id: 'almanac-{:03d}',
        space: 1,
        origin: sampleUrl(objectStorage.url),
        incrementSeed: 1,
      },
    ],
  });
  return [
    `curl ${apiUrl}/customers/${secrets['customer']}/queue \\`,
    `  -H 'Authorization: ${secrets['authorization']}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${body}'`,
  ];
}
