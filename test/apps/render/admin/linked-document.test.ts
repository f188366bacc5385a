import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureQueueId } from '../../../../src/apps/render/pull-queues/queues.ts';
import { insertTask } from '../../../../src/apps/render/pull-queues/tasks.ts';
import { openDocumentBucket } from '../../../../src/apps/render/rendering/document-bucket.ts';
import { renderSettings } from '../../../../src/apps/render/settings.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { encode } from '../rendering/orders.ts';

let storage: SandboxObjectStorage;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'linked-document-test-'));
  storage = await startSandboxObjectStorage({ directory, bucketNames: ['render-documents'] });
  Object.assign(process.env, storage.environment);
});
afterAll(async () => {
  await storage.close();
  await rm(directory, { recursive: true });
});

const admin = shareAdmin(() => ({ INSTALLED_APPS: 'render', ...storage.environment }));
const ada = admin.signedIn();

async function insertLink(url: string): Promise<string> {
  const { database } = admin.platform;
  const queueId = await ensureQueueId(database, { project: 'p', queue: 'q' });
  const payloadBase64 = encode({ kind: 'result#link', success: true, filename: 'large.pdf', url });
  const task = await insertTask(database, queueId, { payloadBase64, tag: 'result', retryCount: 0 });
  return `/api/apps/render/tasks/${task?.rowId}`;
}

it('shows a document of our bucket, also when its link has expired', async () => {
  const { results } = admin.platform.settingsOf(renderSettings);
  const bucket = openDocumentBucket(admin.platform, { results });
  const key = `static/resources/${crypto.randomUUID()}.pdf`;
  await bucket.put(key, Buffer.from('%PDF-1.7 large'), 'application/pdf');
  const path = await insertLink(`${await bucket.urlOf(key)}?X-Amz-Expires=1&X-Amz-Signature=old`);
  expect(await (await ada.get(path)).json()).toMatchObject({ hasDocument: true });
  const response = await ada.get(`${path}/document.pdf`);
  expect([response.status, await response.text()]).toEqual([200, '%PDF-1.7 large']);
});

it('fetches nothing else by a link: neither other objects of the bucket nor other hosts', async () => {
  const { results } = admin.platform.settingsOf(renderSettings);
  const bucket = openDocumentBucket(admin.platform, { results });
  await bucket.put('private/secret.pdf', Buffer.from('%PDF-1.7 secret'), 'application/pdf');
  const links = [
    await bucket.urlOf('private/secret.pdf'),
    await bucket.urlOf('static/resources/../../private/secret.pdf'),
    'https://example.org/static/resources/0b5b1d1e-6d7f-5f6b-9a53-8a3f4f0f5c0e.pdf',
  ];
  for (const link of links) {
    const path = await insertLink(link);
    expect(await (await ada.get(path)).json()).toMatchObject({ hasDocument: false, documentUrl: link });
    expect((await ada.get(`${path}/document.pdf`)).status).toBe(404);
  }
});
