import { describe, expect, it } from '@jest/globals';
import { shareAdmin } from '../../../admin/shared-admin.ts';

describe('the list of indexes', () => {
  const admin = shareAdmin(() => ({ INSTALLED_APPS: 'ingestion' }));
  const ada = admin.signedIn();

  it('is empty before anything is indexed', async () => {
    const response = await ada.get('/api/apps/ingestion/indexes');
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({
        rows: [],
        next: null,
        engine: expect.objectContaining({ title: 'postgres', fault: null }),
      }),
    ]);
  });
});

describe('the list of indexes of an engine that cannot be reached', () => {
  const admin = shareAdmin(() => ({
    INSTALLED_APPS: 'ingestion',
    INGESTION_SEARCH_ENGINE: 'elasticsearch+http://user:secret@127.0.0.1:1',
  }));
  const ada = admin.signedIn();

  it('says why, without the password', async () => {
    const response = await ada.get('/api/apps/ingestion/indexes');
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toEqual([
      200,
      expect.objectContaining({
        rows: [],
        engine: expect.objectContaining({ status: null, fault: expect.stringMatching(/./) }),
      }),
    ]);
    expect(text).not.toContain('secret');
  });
});
