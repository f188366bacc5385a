import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { makePdf } from '../support/pdf.ts';
import { AdminInBrowser, confirm } from './admin-in-browser.ts';
import type { CollectionAnswer } from './service.ts';

jest.setTimeout(240_000);

const CUSTOMER = 7;
const OTHER_CUSTOMER = 8;
const FAILURES = 50;

const composite = (origin: string, compositeId: string) => ({
  '@type': 'vocab:Composite',
  id: `${compositeId}-{:03d}`,
  space: 1,
  origin,
  incrementSeed: 1,
  compositeId,
});

describe('an operator, in the admin', () => {
  let admin: AdminInBrowser;
  let page: Page;
  beforeAll(async () => {
    admin = await AdminInBrowser.start({ PDF_RASTERIZER_DPI: '100', PDF_RASTERIZER_THREAD_COUNT: '1' });
    await admin.service.startEngine();
    page = await admin.signInAs('grace', 'operator');
  });
  afterAll(() => admin.stop());

  const submit = (members: readonly object[]): Promise<CollectionAnswer> =>
    admin.service.submit(CUSTOMER, members);

  it('finds a failed member, reads why, resubmits it, and sees it become completed', async () => {
    const { members } = await submit([composite(admin.service.originUrl('/atlas.pdf'), 'the-old-atlas')]);
    const uri = members[0]?.id ?? '';
    await admin.service.waitForStatus(uri, 'ERROR');

    await page.getByRole('searchbox').first().fill('old atlas');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'the-old-atlas' }).waitFor();
    const why = page.getByRole('region', { name: 'Why it failed' });
    await why.getByText('404').first().waitFor();
    await page.getByText('Failed', { exact: true }).first().waitFor();

    admin.service.serve('/atlas.pdf', await makePdf(3));
    await confirm(page, 'Resubmit');
    // Nothing is loaded anew: the page itself shows what becomes of it.
    const title = page.locator('.ch-page-head');
    await title.getByText('Completed', { exact: true }).waitFor();
    await why.waitFor({ state: 'detached' });
    const previews = page.getByRole('region', { name: 'Pages' }).locator('img');
    await eventually(async () => (await previews.count()) === 3);
    // It fails where the picture cannot be shown.
    await page.evaluate("document.querySelector('.composite-pages img').decode()");
    expect((await admin.service.waitForStatus(uri, 'COMPLETED')).image_count).toBe(3);
  });

  it('resubmits fifty failures by what their errors say, and all of them are completed', async () => {
    const origin = admin.service.originUrl('/shelf.pdf');
    const { members } = await submit(
      Array.from({ length: FAILURES }, (_, index) => composite(origin, `shelf-${index}`)),
    );
    await submit([composite(admin.service.originUrl('/elsewhere.pdf'), 'elsewhere')]);
    const { database } = admin.service.database;
    await eventually(
      async () => (await database('queue.tasks').where({ success: false })).length === FAILURES + 1,
      60_000,
    );

    await page.getByRole('link', { name: 'Failed tasks', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Error', exact: true }).fill('shelf.pdf');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('button', { name: 'Resubmit all that match' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${FAILURES} tasks`).first().waitFor();
    admin.service.serve('/shelf.pdf', await makePdf(1));
    await dialog.getByRole('button', { name: 'Resubmit all that match' }).click();
    await page.getByText(`Resubmitted ${FAILURES} tasks`).waitFor();

    await Promise.all(members.map(({ id }) => admin.service.waitForStatus(id, 'COMPLETED', 60_000, 250)));
    await page.getByText('No such task').waitFor();
    expect(await database('queue.tasks').where({ success: false }).pluck('func')).toHaveLength(1);
    expect(await database('admin.audit_log').where({ username: 'grace', action: 'resubmit' })).not.toEqual(
      [],
    );
  });

  it('resubmits all failed members of a customer, by the filter of their list', async () => {
    const origin = admin.service.originUrl('/ledger.pdf');
    const { members } = await admin.service.submit(
      OTHER_CUSTOMER,
      Array.from({ length: 3 }, (_, index) => composite(origin, `ledger-${index}`)),
    );
    for (const { id } of members) await admin.service.waitForStatus(id, 'ERROR');
    admin.service.serve('/ledger.pdf', await makePdf(1));
    await page.goto(admin.address(`/resources/members?customer=${OTHER_CUSTOMER}&status=ERROR`));
    await page.getByText('3 members').first().waitFor();
    await confirm(page, 'Resubmit all that match');
    await page.getByText('Resubmitted 3 members').waitFor();
    for (const { id } of members) await admin.service.waitForStatus(id, 'COMPLETED');
    await page.getByText('No such member').waitFor();
  });

  it('goes from a failed task to the member that it processed, and finds both by the keyboard', async () => {
    const { members } = await submit([composite(admin.service.originUrl('/lost.pdf'), 'lost-book')]);
    const uri = members[0]?.id ?? '';
    await admin.service.waitForStatus(uri, 'ERROR');
    const { database } = admin.service.database;
    const memberId = uri.split('/').at(-1) ?? '';
    const [taskId = ''] = await database('composite.members').where({ id: memberId }).pluck('task_id');

    await page.keyboard.press('Control+k');
    await page.keyboard.type(taskId.slice(0, 13));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'lost.pdf' }).waitFor();
    await page.getByRole('link', { name: 'What it works on' }).click();
    await page.getByRole('heading', { name: 'lost-book' }).waitFor();

    await page.locator('h1').click();
    await page.keyboard.press('/');
    await page.keyboard.type('ledger');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Search for “ledger”' }).waitFor();
    await page.getByRole('link', { name: /ledger-0/ }).waitFor();
    await page.locator('.search-hits a').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^ledger-\d$/ }).waitFor();
  });

  it('cancels a running task from the dashboard, which says so at once', async () => {
    // The task waits for an answer that never comes, so it runs until it is cancelled.
    admin.service.dlcs.fail({ route: 'queue', hang: true });
    const origin = admin.service.serve('/long.pdf', await makePdf(3));
    const { members } = await submit([composite(origin, 'long')]);
    await page.getByRole('link', { name: 'Composite Handler', exact: true }).click();
    const running = page.getByRole('region', { name: 'Running now' });
    await running.getByRole('progressbar').waitFor();
    await confirm(page, 'Cancel');

    await running.getByText('Nothing is running').waitFor();
    const failed = await admin.service.waitForStatus(members[0]?.id ?? '', 'ERROR');
    expect(failed.error).toMatch(/cancelled.*grace/i);
    expect(failed.dlcs_uris ?? []).toEqual([]);
  });

  it('creates a schedule with its next runs in sight, and sees it run', async () => {
    const { members } = await submit([composite(admin.service.originUrl('/late.pdf'), 'late')]);
    const uri = members[0]?.id ?? '';
    await admin.service.waitForStatus(uri, 'ERROR');
    admin.service.serve('/late.pdf', await makePdf(1));

    await page.getByRole('link', { name: 'Schedules', exact: true }).click();
    await page.getByRole('link', { name: 'New schedule' }).first().click();
    await page.getByLabel('Name', { exact: false }).first().fill('try the late one again');
    await page
      .getByLabel('Arguments, as JSON')
      .fill(JSON.stringify({ memberId: uri.split('/').at(-1), authorization: 'Basic c2FuZGJveDpzYW5kYm94' }));
    await page.getByRole('combobox', { name: /^Runs/ }).selectOption('minutes');
    await page.getByRole('spinbutton', { name: 'Minutes' }).fill('20');
    const next = page.getByRole('region', { name: 'The next five runs' });
    await eventually(async () => (await next.getByRole('listitem').count()) === 5);
    await page.getByRole('button', { name: 'Create the schedule' }).click();

    await page.getByRole('heading', { name: 'try the late one again' }).waitFor();
    expect(await page.getByText('c2FuZGJveDpzYW5kYm94').count()).toBe(0);
    // Its first run is at once; an engine makes a task of it, and that one succeeds.
    await admin.service.waitForStatus(uri, 'COMPLETED');
    await page.getByRole('link', { name: 'Schedules', exact: true }).first().click();
    const row = page.getByRole('row').filter({ hasText: 'try the late one again' });
    await row.getByText('Succeeded').waitFor();
  });

  it('pauses a queue, whose tasks then wait until it is resumed', async () => {
    await page.getByRole('link', { name: 'Queues', exact: true }).click();
    await confirm(page, 'Pause');
    await page.getByText('Paused', { exact: true }).waitFor();

    const origin = admin.service.serve('/patient.pdf', await makePdf(1));
    const { members } = await submit([composite(origin, 'patient')]);
    const uri = members[0]?.id ?? '';
    await page.getByRole('link', { name: 'Composite Handler', exact: true }).click();
    await page.getByText('The queue composite is paused', { exact: true }).waitFor();
    await page.getByText('grace paused it').waitFor();
    expect((await (await admin.service.get(uri)).json()) as object).toMatchObject({ status: 'PENDING' });

    await page.getByRole('link', { name: 'Queues', exact: true }).click();
    await confirm(page, 'Resume');
    await admin.service.waitForStatus(uri, 'COMPLETED');
    await page.getByText('Served', { exact: true }).waitFor();
  });
});
