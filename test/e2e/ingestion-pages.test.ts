import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AdminInBrowser, confirm } from './admin-in-browser.ts';
import { showPage } from './admin-scene.ts';
import {
  INGESTION_ENVIRONMENT,
  type IngestionScene,
  ingestionPagesOf,
  makeIngestionScene,
} from './ingestion-scene.ts';
import { consoleFaultsOf, faultsOfPages } from './page-faults.ts';

jest.setTimeout(240_000);

describe('the pages of ingestion in a browser', () => {
  let admin: AdminInBrowser;
  let scene: IngestionScene;
  let page: Page;
  beforeAll(async () => {
    admin = await AdminInBrowser.start(INGESTION_ENVIRONMENT);
    scene = await makeIngestionScene(admin);
    page = await admin.signInAs('ada', 'superuser');
  });
  afterAll(() => admin?.stop());

  const showRefresh = (id: string) =>
    showPage(page, admin.address(`/resources/refreshes/records/${id}/show`));

  it('take a refresh from its form to its cancellation', async () => {
    await showPage(page, admin.address('/resources/refreshes'));
    await page.getByRole('link', { name: 'Request a refresh' }).click();
    await page.getByLabel('Action').selectOption('INGEST_UPSTREAM');
    await page.getByLabel('Model').selectOption('audio');
    await page.getByLabel('Index suffix').fill('from-a-form');
    await page.getByRole('button', { name: 'Ingest from upstream' }).click();
    await page.getByRole('heading', { name: 'Ingest from upstream: audio', level: 1 }).waitFor();
    await page.getByText('from-a-form').waitFor();
    await confirm(page, 'Cancel refresh');
    await page.getByText('Cancelled 1 refresh.').waitFor();
    await page.getByText('Cancelled by ada.').waitFor();
  });

  it('say in the form what is wrong with a request', async () => {
    await showPage(
      page,
      admin.address('/resources/refreshes/records/new/show?action=POINT_ALIAS&model=image'),
    );
    await page.getByLabel('Index suffix').fill('20261128');
    await page.getByLabel('Alias').fill('Not An Alias');
    await page.getByRole('button', { name: 'Point alias' }).click();
    await page.getByRole('alert').getByText('cannot be the name of an index or alias').waitFor();
  });

  it('show how far each step of a refresh is, how fast, and how long it has to go', async () => {
    await showRefresh(scene.indexingId);
    const current = page.locator('[aria-current="step"]');
    await current.getByText('Index', { exact: true }).waitFor();
    await current.getByText('540,000 of 1,000,000').waitFor();
    await current.getByText(/rows\/s$/).waitFor();
    await current.getByText(/to go$/).waitFor();
    expect(await page.getByText('0 of 0').count()).toBe(0);
  });

  it('page through slices, and show those that are not done alone', async () => {
    await showRefresh(scene.indexingId);
    const slices = page.getByRole('region', { name: 'Slices' });
    await slices.getByText('20,001 to 40,000').waitFor();
    await slices.getByRole('button', { name: 'Next page' }).click();
    await slices.getByText('980,001 to 1,000,000').waitFor();
    await slices.getByLabel('Unfinished only').check();
    await slices.getByText('540,001 to 560,000').waitFor();
    expect(await slices.getByText('500,001 to 520,000').count()).toBe(0);
  });

  it('name the row of each error', async () => {
    await showRefresh(scene.readyId);
    const failed = page.getByRole('region', { name: 'Rows that failed' });
    await failed.getByRole('row', { name: /80512 .*must be positive/ }).waitFor();
    await failed.getByRole('button', { name: 'Next page' }).click();
    await failed.getByText('342701').waitFor();
  });

  it('compare the counts by provider before a promotion', async () => {
    await showRefresh(scene.readyId);
    await page.getByRole('link', { name: 'Promote' }).click();
    const counts = page.getByRole('region', { name: 'Live and copy, by provider' });
    await counts.getByRole('row', { name: /^flickr 571,204 583,920 \+12,716 \+2\.2 %$/ }).waitFor();
    await counts.getByRole('row', { name: /^met 41,300 0 −41,300 gone$/ }).waitFor();
    expect(await page.getByLabel('Action').inputValue()).toBe('PROMOTE');
    expect(await page.getByLabel('Index suffix').inputValue()).toBe('20261128');
  });

  it('list indexes with their aliases and sizes, and lead to what can be done with them', async () => {
    await showPage(page, admin.address('/resources/search-indexes'));
    const row = page.getByRole('row', { name: /^image-20261120/ });
    await row.getByText('image-main').waitFor();
    await row.getByText('420', { exact: true }).waitFor();
    await row.getByText(/^\d+ kB$/).waitFor();
    await page.getByRole('link', { name: 'Delete image-20261113' }).click();
    await page.getByRole('button', { name: 'Delete index' }).waitFor();
    expect(await page.getByLabel('Index suffix').inputValue()).toBe('20261113');
  });

  it('refuse to delete an index that an alias points to', async () => {
    const form =
      '/resources/refreshes/records/new/show?action=DELETE_INDEX&model=image&index_suffix=20261120';
    await showPage(page, admin.address(form));
    await page.getByRole('button', { name: 'Delete index' }).click();
    await page.getByRole('alert').getByText('The index image-20261120 is in use: image-main.').waitFor();
  });

  it('lead from a promotion to taking it back, and from one that waits to what it waits for', async () => {
    await showRefresh(scene.promotedId);
    await page.getByRole('link', { name: 'Roll back' }).click();
    expect(await page.getByLabel('Action').inputValue()).toBe('ROLL_BACK');
    await showRefresh(scene.waitingId);
    await page.getByText('This one begins after').getByRole('link').click();
    await page.getByRole('heading', { name: 'Ingest from upstream: image', level: 1 }).waitFor();
  });

  it('have no serious fault of accessibility, wide or narrow, nor of colour in the dark', async () => {
    expect(await faultsOfPages(page, ingestionPagesOf(admin, scene))).toEqual([]);
  });

  it('offer no action to a viewer', async () => {
    const viewer = await admin.signInAs('victor', 'viewer');
    await showPage(viewer, admin.address('/resources/refreshes'));
    expect(await viewer.getByRole('link', { name: 'Request a refresh' }).count()).toBe(0);
    await showPage(viewer, admin.address(`/resources/refreshes/records/${scene.indexingId}/show`));
    expect(await viewer.getByRole('button', { name: 'Cancel refresh' }).count()).toBe(0);
    await showPage(viewer, admin.address('/resources/refreshes/records/new/show'));
    await viewer.getByText('Your role cannot request refreshes').waitFor();
    await viewer.context().close();
  });

  it('load no fault into the console', async () => {
    const other = await admin.signInAs('grace', 'operator');
    expect(await consoleFaultsOf(other, ingestionPagesOf(admin, scene))).toEqual([]);
    await other.context().close();
  });
});
