import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AdminInBrowser, confirm } from './admin-in-browser.ts';

jest.setTimeout(240_000);

describe('the pages of the admin', () => {
  let admin: AdminInBrowser;
  let page: Page;
  beforeAll(async () => {
    admin = await AdminInBrowser.start();
    page = await admin.signInAs('ada', 'superuser');
  });
  afterAll(() => admin.stop());

  it('say since when they are not up to date, while the server is silent, and recover by themselves', async () => {
    await page.goto(admin.address(''));
    await page.getByText('live', { exact: true }).waitFor();
    await admin.service.signalServer('SIGSTOP');
    try {
      await page
        .getByText(/^Not up to date since \d\d:\d\d:\d\d$/)
        .first()
        .waitFor();
      expect(await page.getByText('live', { exact: true }).count()).toBe(0);
    } finally {
      await admin.service.signalServer('SIGCONT');
    }
    await page.getByText('live', { exact: true }).waitFor();
  });

  it('let a superuser create an administrator, and change and delete it, by the keyboard', async () => {
    await page.goto(admin.address('/resources/administrators'));
    await page.getByRole('link', { name: 'New administrator' }).press('Enter');
    await page.getByRole('heading', { name: 'New administrator', level: 1 }).waitFor();
    expect(await page.title()).toContain('New administrator');
    await page.getByLabel('Username').fill('vera');
    await page.getByLabel('Password').fill('short');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('too short').waitFor();
    await page.getByLabel('Password').fill('analytical machinery');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'vera', level: 1 }).waitFor();

    await page.getByRole('button', { name: 'Change role' }).press('Enter');
    await page.getByRole('dialog').getByLabel('Role').selectOption('operator');
    await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).press('Enter');
    await page.getByText('vera: role changed').waitFor();

    await page.getByRole('link', { name: 'Audit log', exact: true }).press('Enter');
    await page.getByText('changed the role of the administrator').first().waitFor();
    await page.getByRole('link', { name: 'Administrators', exact: true }).press('Enter');
    await page.getByRole('link', { name: 'vera', exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'vera', level: 1 }).waitFor();
    await confirm(page, 'Delete');
    await page.getByRole('heading', { name: 'Administrators', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'vera', exact: true }).waitFor({ state: 'detached' });
  });

  it('show a silent engine as silent everywhere', async () => {
    const { database } = admin.service.database;
    const id = randomUUID();
    await database('queue.engines').insert({
      id,
      queue: 'composite',
      host: 'quiet-host',
      pid: 41,
      state: 'working',
      worker_count: 1,
      heartbeat: database.raw(`clock_timestamp() - interval '9 seconds'`),
    });
    await page.goto(admin.address('/resources/engines'));
    const row = page.getByRole('row').filter({ hasText: 'quiet-host' });
    await row.getByText(/Silent|Lost/).waitFor();
    expect(await row.getByText('Working').count()).toBe(0);
    // Nothing is loaded anew: the list itself shows what becomes of it.
    await row.getByText('Lost').waitFor();
    await row.getByRole('link', { name: 'quiet-host' }).press('Enter');
    await page.getByRole('heading', { name: 'quiet-host, process 41', level: 1 }).waitFor();
    await page.getByText('Lost', { exact: true }).waitFor();
  });

  it('say that an address leads nowhere, within the frame', async () => {
    await page.goto(admin.address('/resources/nothing'));
    await page.getByRole('heading', { name: 'Page not found', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Engines', exact: true }).waitFor();
  });
});
