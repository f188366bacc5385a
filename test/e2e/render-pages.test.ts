import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AdminInBrowser, confirm } from './admin-in-browser.ts';
import { showPage } from './admin-scene.ts';
import { consoleFaultsOf, faultsOfPages } from './page-faults.ts';
import { makeRenderScene, RENDER_ENVIRONMENT, type RenderScene, renderPagesOf } from './render-scene.ts';

jest.setTimeout(240_000);

describe('the pages of worksheets in a browser', () => {
  let admin: AdminInBrowser;
  let scene: RenderScene;
  let page: Page;
  beforeAll(async () => {
    admin = await AdminInBrowser.start(RENDER_ENVIRONMENT);
    scene = await makeRenderScene(admin);
    page = await admin.signInAs('ada', 'superuser');
  });
  afterAll(async () => {
    await scene?.close();
    await admin?.stop();
  });

  it('take an order from its form to its PDF', async () => {
    await showPage(page, admin.address('/resources/pull-tasks'));
    await page.getByRole('link', { name: 'Order a worksheet' }).click();
    await page.getByLabel('Worksheet', { exact: true }).selectOption('piano_keys');
    const drawnAgain = page.waitForResponse((response) => response.url().includes('highlight=F'));
    await page.getByLabel('Highlight').selectOption('F');
    expect((await drawnAgain).status()).toBe(200);
    await page.getByLabel('Name').fill('Piano of Room 5');
    await page.getByRole('button', { name: 'Order', exact: true }).click();
    await page.getByRole('heading', { name: /^Piano of Room 5 \(F highlight.*\.pdf$/ }).waitFor();
    const frame = await page.getByTitle('The PDF').getAttribute('src');
    const response = await page.request.get(new URL(frame ?? '', admin.service.url).href);
    expect((await response.body()).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('say in the form what is wrong with an order', async () => {
    await showPage(page, admin.address('/resources/pull-tasks/records/new/show'));
    await page.getByLabel('Copies').fill('100000');
    await page.getByRole('button', { name: 'Order', exact: true }).click();
    await page.getByRole('alert').getByText('copies must be an integer from 1 to 1000.').waitFor();
  });

  it('say why an order was not rendered', async () => {
    await showPage(page, admin.address(`/resources/pull-tasks/records/${scene.failedId}/show`));
    await page.getByText('There is no generator "crossword"').waitFor();
  });

  it('lead from a queue to its tasks by tag, and release and delete them', async () => {
    await showPage(page, admin.address('/resources/pull-queues'));
    const row = page.getByRole('row', { name: /a-school\/letters/ });
    await row.getByRole('link', { name: 'a-school/letters' }).click();
    await page.getByRole('link', { name: 'leased-letter' }).click();
    await page.getByText('Leased', { exact: true }).waitFor();
    await confirm(page, 'Release');
    await page.getByText('Free', { exact: true }).waitFor();
    await confirm(page, 'Delete');
    await page.getByRole('heading', { name: 'Pull tasks', exact: true }).waitFor();
    await page.getByText('No task matches.').waitFor();
  });

  it('have no serious fault of accessibility, wide or narrow, nor of colour in the dark', async () => {
    expect(await faultsOfPages(page, renderPagesOf(admin, scene))).toEqual([]);
  });

  it('offer no order to a viewer', async () => {
    const viewer = await admin.signInAs('victor', 'viewer');
    await showPage(viewer, admin.address('/resources/pull-tasks'));
    expect(await viewer.getByRole('link', { name: 'Order a worksheet' }).count()).toBe(0);
    await showPage(viewer, admin.address('/resources/pull-tasks/records/new/show'));
    await viewer.getByText('Your role cannot order').waitFor();
    await viewer.context().close();
  });

  it('load no fault into the console', async () => {
    const other = await admin.signInAs('grace', 'operator');
    expect(await consoleFaultsOf(other, renderPagesOf(admin, scene))).toEqual([]);
    await other.context().close();
  });
});
