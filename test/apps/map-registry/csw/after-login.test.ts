import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SESSION_COOKIE } from '../../../../src/admin/sessions.ts';
import { AdminClient, type ServedAdmin, serveAdmin } from '../../../admin/admin-client.ts';
import { insertTransaction } from './ten-records.ts';

let admin: ServedAdmin;
beforeAll(async () => {
  admin = await serveAdmin({ INSTALLED_APPS: 'map-registry' });
});
afterAll(() => admin.stop());

it('a login in the admin allows no transaction of CSW: not to others, and not by its cookie', async () => {
  const client = new AdminClient(admin);
  await client.login();
  expect((await client.get('/api/queue/schedules')).status).toBe(200);
  const send = (headers: Readonly<Record<string, string>>) =>
    fetch(new URL('/registry/hypermap/csw', admin.url), {
      method: 'POST',
      body: insertTransaction(),
      headers: { 'content-type': 'application/xml', ...headers },
    });
  expect((await send({})).status).toBe(401);
  expect((await send({ cookie: `${SESSION_COOKIE}=${client.session}` })).status).toBe(401);
  expect(await admin.platform.database('map_registry.layers')).toEqual([]);
});
