import { describe, expect, it } from '@jest/globals';
import { ADA } from './admin-client.ts';
import { shareAdmin } from './shared-admin.ts';

const UUID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

const LISTS = [
  '/api/queue/tasks/failed-tasks',
  '/api/queue/tasks/successful-tasks',
  '/api/queue/tasks/queued-tasks',
  '/api/queue/tasks/running-tasks',
  '/api/queue/engines',
  '/api/queue/schedules',
  '/api/queue/queues',
  '/api/people/administrators',
  '/api/people/audit-log',
  '/api/tables/batches',
  '/api/apps/composite/members',
  '/api/apps/composite/collections',
  `/api/apps/composite/collections/${UUID}/members`,
  '/api/search',
];

/** Names of filters, of all lists together. */
const FILTERS = [
  ...['func', 'group', 'name', 'queue', 'error', 'cancelled', 'status', 'state', 'customer', 'search', 'q'],
  ...[
    'username',
    'action',
    'resource',
    'outcome',
    'member_id',
    'id',
    'uri',
    'position',
    'from',
    'to',
    'page',
  ],
];

const ODD_TEXTS = ['-1', '99999999999999999999', '%E0%A4%A', '%ED%A0%80', "'%20OR%201%3D1--", '%25%5C'];

const ODD_MOMENTS = [
  '0000-01-01',
  '-000001-01-01T00:00:00Z',
  '%2B275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00.000000Z',
  '2026-13-45T25:61:61.000000Z',
  '2026-01-01T24:00:00.000000Z',
  '0000-01-01T00:00:00.000000Z',
];

const ODD_FILTERS = [
  ...ODD_TEXTS.map((text) => FILTERS.map((name) => `${name}=${text}`).join('&')),
  ...ODD_MOMENTS.flatMap((moment) => [`from=${moment}`, `to=${moment}`, `page=${moment}_${UUID}`]),
];

describe('the admin', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();

  it.each(LISTS)('shows %s with any odd filter', async (path) => {
    for (const filter of ODD_FILTERS) {
      const { status } = await ada.get(`${path}?${filter}`);
      expect([filter, status]).toEqual([filter, 200]);
    }
  });

  it.each(LISTS)('answers 400 to the character U+0000 in a filter of %s', async (path) => {
    for (const address of [...FILTERS.map((name) => `${path}?${name}=a%00b`), `${path}/a%00b`])
      expect([address, (await ada.get(address)).status]).toEqual([address, 400]);
  });

  it('answers 400 to the character U+0000 in a login, with nothing in the log of errors', async () => {
    for (const form of [
      { username: 'a\0b', password: 'x' },
      { username: ADA.username, password: 'a\0b' },
    ])
      expect((await ada.post('/login', { ...form, next: '' })).status).toBe(400);
  });

  it.each([
    ['/api/people/administrators', { username: 'a\0b', password: 'difference engine', role: 'viewer' }],
    [`/api/people/administrators/${UUID}/changeRole`, { role: 'a\ud800' }],
    ['/api/queue/schedules', { 'a\0': 1 }],
    ['/api/apps/composite/matching/members/resubmit', { filter: { search: 'a\0b' } }],
    ['/api/queue/tasks/failed-tasks/matching/resubmit', { filter: { func: 'a\0b' } }],
  ])('answers 400 to such a text in what %s is sent', async (path, body) => {
    expect((await ada.postJson(path, body)).status).toBe(400);
  });
});
