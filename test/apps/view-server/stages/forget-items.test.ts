import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { forgetItems } from '../../../../src/apps/view-server/stages/forget-items.ts';
import { endOutside } from '../../../../src/apps/view-server/stages/outside-work.ts';
import { StagesUnderTest } from '../stages-under-test.ts';

let site: StagesUnderTest;

beforeEach(async () => {
  site = await StagesUnderTest.start(undefined, {
    VIEW_SERVER_ATTEMPT_DAYS: '30',
    VIEW_SERVER_ITEM_DAYS: '90',
  });
});

afterEach(() => site.stop());

const forget = () => forgetItems({}, { platform: site.platform, signal: new AbortController().signal });

/** Pushes an item, has an outside worker end it, and lets days pass. */
async function end(path: string, outcome: 'success' | 'failure', daysAgo: number): Promise<void> {
  await site.push('preprocess', [path]);
  await site.transaction((transaction) =>
    endOutside(transaction, site.stages, { stage: 'preprocess', path, collection: 'a-collection' }, outcome),
  );
  await site.platform.database.raw(
    `UPDATE view_server.attempts SET ended = clock_timestamp() - make_interval(days => ?)
     WHERE ended > clock_timestamp() - interval '1 hour'`,
    [daysAgo],
  );
}

async function attempts(): Promise<readonly string[]> {
  return (await site.attempts()).map(({ path, number, state }) => `${path} ${number} ${state}`);
}

describe('old attempts and items', () => {
  it('are forgotten when others have followed, but for the newest, and the newest that succeeded', async () => {
    await end('a.tar', 'failure', 60);
    await end('a.tar', 'success', 59);
    await end('a.tar', 'failure', 58);
    await end('a.tar', 'failure', 57);
    await end('b.tar', 'failure', 56);
    expect(await forget()).toBe(2);
    expect(await attempts()).toEqual(['a.tar 2 succeeded', 'a.tar 4 failed', 'b.tar 1 failed']);
    expect(await forget()).toBe(0);
  });

  it('stay for as many days as the settings say', async () => {
    await end('a.tar', 'failure', 29);
    await end('a.tar', 'success', 1);
    expect(await forget()).toBe(0);
  });

  it('are forgotten whole when the item has ended long ago', async () => {
    await end('old.tar', 'failure', 100);
    await end('old.tar', 'success', 95);
    await end('recent.tar', 'success', 80);
    await end('waits.tar', 'success', 100);
    await site.push('preprocess', ['waits.tar']);
    expect(await forget()).toBe(1);
    expect(await attempts()).toEqual([
      'recent.tar 1 succeeded',
      'waits.tar 1 succeeded',
      'waits.tar 2 waiting',
    ]);
  });

  it('are not forgotten when they are pushed in this moment', async () => {
    await end('a.tar', 'success', 100);
    const push = await site.platform.database.transaction();
    await push('view_server.items').where({ path: 'a.tar' }).forUpdate();
    expect(await forget()).toBe(0);
    await push.rollback();
    expect(await forget()).toBe(1);
  });
});
