import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { AdminInBrowser, confirm } from './admin-in-browser.ts';
import { showPage } from './admin-scene.ts';
import { consoleFaultsOf, faultsOfPages } from './page-faults.ts';
import {
  makeViewServerFolder,
  makeViewServerScene,
  type ViewServerFolder,
  type ViewServerScene,
  viewServerPagesOf,
} from './view-server-admin-scene.ts';

jest.setTimeout(240_000);

describe('the pages of the view server in the admin', () => {
  let folder: ViewServerFolder;
  let admin: AdminInBrowser;
  let scene: ViewServerScene;
  let page: Page;
  beforeAll(async () => {
    folder = await makeViewServerFolder();
    admin = await AdminInBrowser.start(folder.environment);
    scene = await makeViewServerScene(admin, folder);
    page = await admin.signInAs('ada', 'superuser');
  });
  afterAll(async () => {
    await admin?.stop();
    await folder?.remove();
  });

  const showItem = (id: string) => showPage(page, admin.address(`/resources/view-items/records/${id}/show`));

  it('push a path by the form, to the front, and withdraw it', async () => {
    await showPage(page, admin.address('/resources/view-items'));
    await page.getByRole('link', { name: 'Push', exact: true }).click();
    await page.getByLabel('Stage').selectOption('register');
    await page.getByLabel('Paths').fill('by-the-form.tar');
    await page.getByLabel('To the front').check();
    await page.getByRole('button', { name: 'Push', exact: true }).click();
    await page.getByRole('heading', { name: 'Register: by-the-form.tar', level: 1 }).waitFor();
    await confirm(page, 'Withdraw');
    await page.getByText('Withdrew 1 item.').waitFor();
    await page.getByText('withdrawn', { exact: true }).first().waitFor();
  });

  it('show the attempts of an item, with who made them, and why they failed', async () => {
    await showItem(scene.failedId);
    await page
      .getByRole('region', { name: 'Why it failed' })
      .getByText('a name may not leave the package')
      .waitFor();
    const attempts = page.getByRole('region', { name: 'Attempts' });
    await attempts.getByText('Attempt 3').waitFor();
    await attempts.getByText('S3 is not available: 503 Slow Down').waitFor();
    await attempts.getByText('by engine-2 4711').first().waitFor();
    await attempts.getByText('given to a worker for the 3rd time').waitFor();
  });

  it('push what failed again, all that matches', async () => {
    await showPage(page, admin.address('/resources/view-items?state=failed&path=vhr18'));
    await page.getByText('1 item', { exact: true }).waitFor();
    await confirm(page, 'Push again all that match');
    await page.getByText('Pushed again 1 item').waitFor();
    await page.getByText('No such item').waitFor();
  });

  it('find items by how the names of their files begin', async () => {
    await showPage(page, admin.address('/resources/view-items'));
    await page.getByLabel('Path or file begins with').fill('scene-044');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('10 items', { exact: true }).waitFor();
  });

  it('show a product as the map does, with its images and its services', async () => {
    await showPage(page, admin.address(`/resources/view-products/records/${scene.productId}/show`));
    const picture = page.getByRole('img', { name: /on the map$/ });
    await eventually(() =>
      picture.evaluate((image) => 'naturalWidth' in image && Number(image.naturalWidth) > 500),
    );
    await page.getByRole('row', { name: /image.*300 × 300.*3.*EPSG:32632/ }).waitFor();
    await page.getByRole('link', { name: 'Map of scenes' }).waitFor();
  });

  it('count what a collection has, and lead there', async () => {
    await showPage(page, admin.address('/resources/view-collections'));
    const row = page.getByRole('row', { name: /^Scenes/ });
    await row.getByText(/^11\.\d{3}° E to/).waitFor();
    await row.getByRole('link', { name: '3', exact: true }).click();
    await page.getByRole('heading', { name: 'Products', level: 1 }).waitFor();
    await page.getByText('3 products', { exact: true }).waitFor();
  });

  it('count tiles, and purge those of a box', async () => {
    await showPage(page, admin.address('/resources/view-tiles'));
    await page.getByRole('row', { name: /^scenes GoogleMapsCompatible 10 101/ }).waitFor();
    await page.getByRole('link', { name: 'Purge tiles' }).click();
    await page.getByLabel('Box').fill('5, 5, 4');
    await page.getByRole('button', { name: 'Purge tiles' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Purge tiles' }).click();
    await dialog.getByText('west, south, east, north in degrees').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Box').fill('5, 5, 10, 10');
    await confirm(page, 'Purge tiles');
    await page.getByText('Purged 0 tiles.').waitFor();
  });

  it('have no serious fault of accessibility, wide or narrow, nor of colour in the dark', async () => {
    expect(await faultsOfPages(page, viewServerPagesOf(admin, scene))).toEqual([]);
  });

  it('offer no action to a viewer', async () => {
    const viewer = await admin.signInAs('victor', 'viewer');
    await showPage(viewer, admin.address('/resources/view-items'));
    expect(await viewer.getByRole('link', { name: 'Push', exact: true }).count()).toBe(0);
    await showPage(viewer, admin.address(`/resources/view-items/records/${scene.waitingId}/show`));
    expect(await viewer.getByRole('button', { name: 'Withdraw' }).count()).toBe(0);
    await showPage(viewer, admin.address('/resources/view-tiles/records/purge/show'));
    await viewer.getByText('Your role cannot purge tiles').waitFor();
    await viewer.context().close();
  });

  it('load no fault into the console', async () => {
    const other = await admin.signInAs('grace', 'operator');
    expect(await consoleFaultsOf(other, viewServerPagesOf(admin, scene))).toEqual([]);
    await other.context().close();
  });
});
