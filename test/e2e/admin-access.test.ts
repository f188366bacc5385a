import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page, Response } from 'playwright-core';
import { AdminInBrowser, fillLogin, PASSWORD } from './admin-in-browser.ts';

jest.setTimeout(240_000);

/** Pauses the queue. */
const PAUSE = '/api/queue/queues/composite/pause';

describe('who comes to the admin with a browser', () => {
  let admin: AdminInBrowser;
  beforeAll(async () => {
    admin = await AdminInBrowser.start();
  });
  afterAll(() => admin.stop());

  /** Posts as a page's own script would, with the cookies of its browser; with the token of the session, or another. */
  async function postFrom(page: Page, path: string, token?: string): Promise<number> {
    const address = admin.address(path);
    const cookies = await page.context().cookies(address);
    const own = cookies.find(({ name }) => name === 'XSRF-TOKEN')?.value ?? '';
    const response = await page.request.post(address, {
      data: {},
      headers: { origin: new URL(address).origin, 'x-xsrf-token': token ?? decodeURIComponent(own) },
    });
    return response.status();
  }

  it('is asked to sign in, is refused with a wrong password, and comes to the page that was asked for', async () => {
    await admin.createAdministrator('grace', 'operator');
    const page = await (await admin.openBrowser()).newPage();
    await page.goto(admin.address('/resources/queues'));
    expect(new URL(page.url()).pathname).toBe('/admin/login');

    await fillLogin(page, 'grace', 'not the password');
    await page.getByText('The username or the password is wrong.').waitFor();
    expect(await page.getByLabel('Username').inputValue()).toBe('grace');
    expect(new URL(page.url()).pathname).toBe('/admin/login');

    await fillLogin(page, 'grace', PASSWORD);
    await page.getByRole('heading', { name: 'Queues', exact: true }).waitFor();
    await page.context().close();
  });

  it('finds a site that loads nothing from other hosts, and breaks no rule of its own policy', async () => {
    await admin.createAdministrator('katherine', 'superuser');
    const page = await (await admin.openBrowser()).newPage();
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(admin.address('/login'));
    await fillLogin(page, 'katherine', PASSWORD);
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Administrators', exact: true }).click();
    await page.getByText('katherine').first().waitFor();
    expect([...hosts]).toEqual([new URL(admin.service.url).host]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('cannot act as a viewer, by a page or by a request of their own', async () => {
    const page = await admin.signInAs('victor', 'viewer');
    await page.goto(admin.address('/resources/queues'));
    await page.getByRole('cell', { name: 'composite', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /pause|purge/i }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Administrators' }).count()).toBe(0);

    expect(await postFrom(page, PAUSE)).toBe(403);
    const { database } = admin.service.database;
    expect(await database('queue.queues').whereNotNull('paused_since')).toEqual([]);
    expect(
      await database('admin.audit_log').where({ username: 'victor', outcome: 'refused' }).pluck('outcome'),
    ).toEqual(['refused']);
    await page.context().close();
  });

  it('is refused without the token of the page, or with another', async () => {
    const page = await admin.signInAs('olga', 'operator');
    expect(await postFrom(page, PAUSE, '')).toBe(403);
    expect(await postFrom(page, PAUSE, 'a token of somebody else')).toBe(403);
    const { database } = admin.service.database;
    expect(await database('queue.queues').whereNotNull('paused_since')).toEqual([]);

    expect(await postFrom(page, PAUSE)).toBe(200);
    expect(await database('queue.queues').whereNotNull('paused_since').pluck('paused_by')).toEqual(['olga']);
    await page.context().close();
  });

  it('is out after the sign-out, in every tab, also by the way back', async () => {
    const page = await admin.signInAs('anne', 'operator');
    const otherTab = await page.context().newPage();
    await otherTab.goto(admin.address('/resources/members'));
    await otherTab.getByRole('heading', { name: 'Members', exact: true }).waitFor();

    await page.getByText('anne, account').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.goBack();
    await page.waitForURL(/\/admin\/login/);

    const answer: Response | null = await otherTab.goto(admin.address('/resources/members'));
    expect(new URL(answer?.url() ?? '').pathname).toBe('/admin/login');
    await page.context().close();
  });
});
