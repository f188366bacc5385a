import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { NotificationListener } from '../../../../src/platform/database/notification-listener.ts';
import { Announcements } from '../../../../src/queue/brokers/postgres/announcements.ts';
import { JobTable, PACKAGES_CHANNEL } from '../../../../src/queue/brokers/postgres/job-table.ts';
import { captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';

let test: TestDatabase;
let listener: NotificationListener;
let heard: string[];
beforeEach(async () => {
  test = await createTestDatabase();
  heard = [];
  let isListening = false;
  listener = new NotificationListener({
    databaseUrl: test.url,
    channel: PACKAGES_CHANNEL,
    logger: captureLog().logger,
    onListening: () => {
      isListening = true;
    },
    onNotification: (payload) => heard.push(payload),
  });
  listener.start();
  await eventually(() => isListening);
});
afterEach(async () => {
  await listener.stop();
  await test.drop();
});

function open(logger = captureLog().logger): Announcements {
  return new Announcements(new JobTable(test.database, 'composite'), logger);
}

it('the first announcement goes out alone, those that follow go together', async () => {
  const announcements = open();
  for (const key of ['a', 'b', 'b', 'c']) announcements.announceSlots([key]);
  await eventually(() => heard.length === 3);
  expect(heard).toEqual(['slot composite\na', 'slot composite\nb', 'slot composite\nc']);
  for (let count = 0; count < 100; count += 1) {
    announcements.announceTurns();
    announcements.announceSlots();
  }
  await announcements.close();
  await eventually(() => heard.includes('slot composite'));
  expect(heard.slice(3).length).toBeLessThanOrEqual(4);
});

it('what is left when a broker closes is announced', async () => {
  const announcements = open();
  announcements.announceTurns();
  announcements.announceSlots(['a']);
  await announcements.close();
  await eventually(() => heard.length === 2);
  expect(heard).toEqual(['turn composite', 'slot composite\na']);
});

it('an announcement without limit keys is none', async () => {
  const announcements = open();
  announcements.announceSlots([]);
  announcements.announceTurns();
  await announcements.close();
  await eventually(() => heard.length > 0);
  expect(heard).toEqual(['turn composite']);
});

it('an announcement that fails is in the log', async () => {
  const log = captureLog();
  const broken = await createTestDatabase();
  await broken.drop();
  const announcements = new Announcements(new JobTable(broken.database, 'composite'), log.logger);
  announcements.announceTurns();
  await announcements.close();
  expect(log.events()).toContainEqual(
    expect.objectContaining({
      msg: 'other engines could not be told of packages',
      reason: expect.any(String),
    }),
  );
});
