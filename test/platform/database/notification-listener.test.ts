import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NotificationListener } from '../../../src/platform/database/notification-listener.ts';
import { captureLog } from '../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

function open(heard: string[]): NotificationListener {
  return new NotificationListener({
    databaseUrl: test.url,
    channel: 'a channel',
    logger: captureLog().logger,
    onListening: () => heard.push('listening'),
    onNotification: (payload) => heard.push(payload),
  });
}

it('a listener hears what is announced once it listens', async () => {
  const heard: string[] = [];
  const listener = open(heard);
  listener.start();
  await eventually(() => heard.includes('listening'));
  await test.database.raw(`SELECT pg_notify('a channel', 'news')`);
  await eventually(() => heard.includes('news'));
  await listener.stop();
});

it('a listener that is stopped while it connects ends, and hears nothing', async () => {
  const heard: string[] = [];
  const listener = open(heard);
  listener.start();
  await listener.stop();
  expect(heard).toEqual([]);
});
