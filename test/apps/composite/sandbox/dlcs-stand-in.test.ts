import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { composite } from '../../../../src/apps/composite/index.ts';
import { startSandboxDlcs } from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { dlcsStandIn } from '../../../../src/apps/composite/sandbox/dlcs-stand-in.ts';
import { appDirectory, keepSecrets, loadSandboxes } from '../../../../src/standalone/app-sandboxes.ts';
import { dataFolder, makeDataFolder } from '../../../../src/standalone/data-folder.ts';
import { openInstallation } from '../../../../src/standalone/kept-installation.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dlcs-stand-in-'));
});

afterEach(() => rm(directory, { recursive: true }));

it('uses the DLCS of DLCS_API_ROOT', async () => {
  const environment = { DLCS_API_ROOT: 'https://dlcs.example' };
  const dlcs = await dlcsStandIn.open({ environment, directory, secrets: {}, port: 0 });
  expect(dlcs).toMatchObject({ url: 'https://dlcs.example', isStandIn: false, environment: {} });
});

it('takes over its data, its customer and its port from a data folder without folders for apps', async () => {
  const folder = dataFolder({ STANDALONE_DATA_DIRECTORY: directory });
  await makeDataFolder(folder);
  const credential = { authorization: 'Basic earlier', customer: 7 };
  const earlier = await startSandboxDlcs({
    dataFile: join(directory, 'dlcs.sqlite'),
    credentials: [credential],
  });
  const headers = { Authorization: credential.authorization, 'Content-Type': 'application/json' };
  const image = { id: 'page', space: 3, origin: 'https://s3.example/1.jpg', family: 'I' };
  const body = JSON.stringify({ '@type': 'Collection', member: [{ ...image, mediaType: 'image/jpeg' }] });
  const posted = await fetch(`${earlier.url}/customers/7/queue`, { method: 'POST', headers, body });
  const { '@id': batchUri } = (await posted.json()) as { '@id': string };
  await earlier.close();
  await writeFile(
    folder.installationFile,
    JSON.stringify({
      secretKey: 'the key',
      administratorPassword: 'the password',
      dlcsCustomer: 7,
      dlcsAuthorization: credential.authorization,
      ports: { postgres: 1, objectStorage: 2, dlcs: earlier.port },
    }),
  );

  const apps = await loadSandboxes([composite]);
  await keepSecrets(apps, folder, await openInstallation(folder));
  const { secretKey, apps: kept, ports } = await openInstallation(folder);
  expect(secretKey).toBe('the key');
  expect(kept).toEqual({ composite: { customer: '7', authorization: 'Basic earlier' } });
  const dlcs = await dlcsStandIn.open({
    environment: {},
    directory: appDirectory(folder, composite),
    secrets: kept['composite'] ?? {},
    port: ports['dlcs'] ?? 0,
  });
  try {
    const batch = await fetch(batchUri, { headers });
    expect([batch.status, await batch.json()]).toEqual([200, expect.objectContaining({ count: 1 })]);
  } finally {
    await dlcs.stop();
  }
});

it('makes a customer at the first start, and keeps it', async () => {
  const folder = dataFolder({ STANDALONE_DATA_DIRECTORY: directory });
  await makeDataFolder(folder);
  const apps = await loadSandboxes([composite]);
  const first = await keepSecrets(apps, folder, await openInstallation(folder));
  expect(first.apps['composite']).toMatchObject({
    customer: '1',
    authorization: expect.stringMatching(/^Basic \S{20,}$/),
  });
  expect((await keepSecrets(apps, folder, await openInstallation(folder))).apps).toEqual(first.apps);
});
