import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { listenLocally } from '../../src/app-kit/sandbox/local-server.ts';
import { onPreferredPort, type StandIn } from '../../src/app-kit/sandbox/stand-in.ts';
import { keepSecrets, loadSandboxes, type SandboxedApp } from '../../src/standalone/app-sandboxes.ts';
import { dataFolder, makeDataFolder } from '../../src/standalone/data-folder.ts';
import { openInstallation, saveInstallation } from '../../src/standalone/kept-installation.ts';
import { listServices, openServices, portsOf, type Services } from '../../src/standalone/services.ts';
import { madeUpApp } from './made-up-apps.ts';

let directory: string;
let cleanUps: (() => Promise<void>)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'standalone-services-'));
  cleanUps = [];
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
}

/** Postgres is the user's own here, and not looked at. */
const OWN_POSTGRES = { DATABASE_URL: 'postgresql://nobody:word@127.0.0.1:1/none' };

async function open(apps: readonly SandboxedApp[], environment: NodeJS.ProcessEnv = {}): Promise<Services> {
  const folder = dataFolder({ STANDALONE_DATA_DIRECTORY: directory });
  await makeDataFolder(folder);
  const installation = await keepSecrets(apps, folder, await openInstallation(folder));
  const services = await openServices({
    folder,
    installation,
    environment: { ...OWN_POSTGRES, ...environment },
    apps,
    print: () => {},
    cleanUps,
    fail: () => {},
  });
  await saveInstallation(folder, { ...installation, ports: portsOf(services, installation) });
  return services;
}

function bucket(variable: string, defaultName: string) {
  const make = async () => Buffer.from('a sample');
  return { variable, defaultName, files: [{ key: 'samples/a.txt', contentType: 'text/plain', make }] };
}

const MAPS = madeUpApp('render', { buckets: [bucket('RENDER_BUCKET', 'maps')] });
const VIEWS = madeUpApp('views', { buckets: [bucket('VIEWS_BUCKET', 'views')] });

const atlas: StandIn = {
  name: 'Atlas',
  preferredPort: 0,
  async open({ port: preferredPort, secrets, directory: own, objectStorage }) {
    const note = [secrets['word'], own.endsWith('/apps/render'), objectStorage?.name].join(' ');
    const { url, port, close } = await onPreferredPort(preferredPort, (free) =>
      listenLocally((_request, response) => response.end(), free),
    );
    return { name: 'Atlas', url, note, environment: { ATLAS: url }, isStandIn: true, port, stop: close };
  },
};

it('gives S3 the buckets and the files of all apps, and the apps their names', async () => {
  const { objectStorage } = await open([MAPS, VIEWS]);
  expect(objectStorage?.environment).toMatchObject({ RENDER_BUCKET: 'maps', VIEWS_BUCKET: 'views' });
  expect(objectStorage?.note).toBe('stand-in, buckets maps, views');
  const file = await fetch(`${objectStorage?.url}/views/samples/a.txt`);
  expect([file.headers.get('Content-Type'), await file.text()]).toEqual(['text/plain', 'a sample']);
});

it.each([
  { environment: { VIEWS_BUCKET: 'mine' }, note: 'yours, buckets maps, mine', url: 'Amazon S3' },
  {
    environment: { AWS_ENDPOINT_URL: 'http://s3.local' },
    note: 'yours, buckets maps, views',
    url: 'http://s3.local',
  },
])('uses the S3 of the user who has set $environment', async ({ environment, note, url }) => {
  const { objectStorage } = await open([MAPS, VIEWS], environment);
  expect(objectStorage).toMatchObject({ note, url, isStandIn: false, environment: {} });
});

it('starts no S3 where no app has a bucket', async () => {
  const services = await open([madeUpApp('greetings')]);
  expect(listServices(services).map(({ name, url }) => [name, url])).toEqual([
    ['Postgres', 'postgresql://nobody@127.0.0.1:1/none'],
  ]);
});

it("starts an app's stand-in with its folder, its secrets, S3 and the port of the last start", async () => {
  const secrets = ['first', 'second'];
  const app = madeUpApp('render', {
    ...MAPS.sandbox,
    standIns: [atlas],
    makeSecrets: () => ({ word: secrets.shift() ?? '' }),
  });
  const first = (await open([app])).ofApps.get('render');
  expect(first).toEqual([expect.objectContaining({ name: 'Atlas', note: 'first true S3' })]);
  await stop();
  const second = (await open([app])).ofApps.get('render');
  expect(second?.[0]).toMatchObject({ url: first?.[0]?.url, note: 'first true S3' });
});

it('refuses stand-ins of the same name, and names both sides', async () => {
  const sandbox = async () => ({ standIns: [atlas] });
  await expect(
    loadSandboxes([
      { name: 'render', sandbox },
      { name: 'views', sandbox },
    ]),
  ).rejects.toThrow('the app render and the app views both have it');
});
