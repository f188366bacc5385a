import { styleText } from 'node:util';
import { type DataFolder, type Installation, shownPath } from './data-folder.ts';
import { SAMPLE_PATH, type Service } from './stand-ins.ts';

/** What the summary tells of. */
export interface SummaryContent {
  readonly apiUrl: string;
  readonly workerCount: number;
  readonly services: readonly Service[];
  readonly folder: DataFolder;
  readonly installation: Installation;
  readonly administrator: { readonly username: string; readonly password: string | undefined };
  readonly startMilliseconds: number;
}

const NAME_WIDTH = 11;
const URL_WIDTH = 50;

/** What runs where, how to sign in, and what to try next: for whoever just started it. */
export function formatSummary(content: SummaryContent): string {
  const { apiUrl, services, folder, administrator } = content;
  const row = (name: string, what: string, note = '') =>
    `  ${name.padEnd(NAME_WIDTH)}${styleText('cyan', what)}${note === '' ? '' : `${' '.repeat(Math.max(2, URL_WIDTH - what.length))}${styleText('dim', note)}`}`;
  const seconds = (content.startMilliseconds / 1_000).toFixed(1);
  const password =
    administrator.password === undefined
      ? `sign in as ${administrator.username}, with the password that you know`
      : `sign in as ${administrator.username}, password ${administrator.password}`;
  return [
    '',
    `  ${styleText(['bold', 'green'], 'Composite Handler runs')}, all of it on this machine ${styleText('dim', `(up in ${seconds} s)`)}`,
    '',
    row('API', apiUrl, 'POST /customers/{customer}/queue'),
    row('', `${apiUrl}/docs/`, 'how it is called, to read and to try'),
    row('Admin', `${apiUrl}/admin`, password),
    row('Health', `${apiUrl}/health-check/`),
    row('Engine', `${content.workerCount} worker${content.workerCount === 1 ? '' : 's'}`),
    ...services.map(({ name, url, note }) => row(name, url, note)),
    row('Files', shownPath(folder.path), `logs are in ${shownPath(folder.logs)}`),
    '',
    `  ${styleText('bold', 'Try next')}, in another terminal:`,
    '',
    '    npm run demo                    a sample PDF, all the way',
    '    npm run demo -- my.pdf          one of yours, or a URL',
    ...curlCommand(content),
    '',
    `  ${styleText('dim', 'Ctrl-C stops all of it; the data stay.')}`,
    '',
  ].join('\n');
}

function curlCommand({ apiUrl, services, installation }: SummaryContent): string[] {
  const standIn = (wanted: string) => services.find(({ name, isStandIn }) => name === wanted && isStandIn);
  const storage = standIn('S3');
  if (!storage || !standIn('DLCS')) return [];
  const body = JSON.stringify({
    '@context': 'http://www.w3.org/ns/hydra/context.jsonld',
    '@type': 'Collection',
    member: [
      {
        '@type': 'vocab:Composite',
        id: 'almanac-{:03d}',
        space: 1,
        origin: `${storage.url}${SAMPLE_PATH}`,
        incrementSeed: 1,
      },
    ],
  });
  return [
    '',
    '    or by hand, and then GET what it answers:',
    '',
    `    curl ${apiUrl}/customers/${installation.dlcsCustomer}/queue \\`,
    `      -H 'Authorization: ${installation.dlcsAuthorization}' \\`,
    "      -H 'Content-Type: application/json' \\",
    `      -d '${body}'`,
  ];
}
