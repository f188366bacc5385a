import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { AdminInBrowser, confirm, seriousFaults } from './admin-in-browser.ts';
import { showPage } from './admin-scene.ts';
import {
  MAP_REGISTRY_ENVIRONMENT,
  type MapRegistryScene,
  makeMapRegistryScene,
  registryAdminPagesOf,
} from './map-registry-scene.ts';
import { consoleFaultsOf, faultsOfPages, VIEWS } from './page-faults.ts';

jest.setTimeout(240_000);

describe('the map registry in a browser', () => {
  let admin: AdminInBrowser;
  let scene: MapRegistryScene;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    admin = await AdminInBrowser.start(MAP_REGISTRY_ENVIRONMENT);
    scene = await makeMapRegistryScene(admin);
    page = await open();
  });

  afterAll(async () => {
    await scene?.close();
    await admin?.stop();
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const opened = await (await admin.openBrowser(options)).newPage();
    opened.on('request', (request) => requests.push(request.url()));
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    return opened;
  }

  const addressOf = (path: string) => `${admin.service.url}/registry${path}`;

  const heading = (shown: Page) => shown.locator('#result-heading');

  /** Shows the search, and returns how many layers it says it found. */
  async function search(query = '', shown = page): Promise<number> {
    await shown.goto(addressOf(`/hypermap/search/${query}`));
    return foundLayers(shown);
  }

  async function foundLayers(shown = page): Promise<number> {
    const found = await eventually(async () => {
      const isBusy = await shown.locator('#panel').getAttribute('aria-busy');
      const [, count] = /^([\d,]+) layers?$/.exec((await heading(shown).textContent()) ?? '') ?? [];
      return isBusy === 'false' ? count : undefined;
    });
    return Number(found.replace(',', ''));
  }

  describe('the search', () => {
    it('shows all layers as cards, with pictures and uptime', async () => {
      // One has an open issue.
      expect(await search()).toBe(scene.layerCount - 1);
      expect(await page.locator('.card').count()).toBe(20);
      await page.locator('.card .uptime svg').first().waitFor();
      await eventually(() =>
        page.evaluate<boolean>(
          '[...document.querySelectorAll(".thumbnail img")].some((image) => image.naturalWidth > 0)',
        ),
      );
    });

    it('keeps what was typed in the address, and finds it again there', async () => {
      const all = await search();
      await page.keyboard.press('/');
      await page.keyboard.type('rivers');
      await page.waitForURL(/\?q=rivers$/);
      const rivers = await foundLayers();
      expect(rivers).toBeLessThan(all);
      const other = await open();
      expect(await search(new URL(page.url()).search, other)).toBe(rivers);
      expect(await other.getByLabel('Search layers').inputValue()).toBe('rivers');
      await other.context().close();
      await page.goBack();
      await eventually(async () => (await foundLayers()) === all);
    });

    it('narrows the years by the keyboard, and widens them again', async () => {
      const all = await search();
      const from = page.getByRole('slider', { name: 'First year' });
      await from.focus();
      for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowRight');
      await page.waitForURL(/years=/);
      // The address may have changed for the first of the steps already.
      await eventually(async () => (await foundLayers()) < all);
      expect(await from.getAttribute('aria-valuetext')).toMatch(/^\d{4}$/);
      await page.getByRole('button', { name: /^Remove: \d{4} to \d{4}$/ }).click();
      await page.waitForURL((url) => !url.search.includes('years'));
      expect(await foundLayers()).toBe(all);
    });

    it('narrows the place by moving the map, and shows the whole world again', async () => {
      const all = await search();
      await page.locator('#map').focus();
      for (let step = 0; step < 3; step += 1) {
        await page.keyboard.press('+');
        await page.waitForTimeout(300);
      }
      await page.waitForURL(/box=/);
      await eventually(async () => (await foundLayers()) < all);
      await page.getByRole('button', { name: 'Whole world' }).click();
      await page.waitForURL((url) => !url.search.includes('box'));
      expect(await foundLayers()).toBe(all);
    });

    it('narrows to a source and a type, as the counts have said', async () => {
      await search();
      await page.locator('summary', { hasText: 'Sources' }).click();
      const source = page.locator('#sources button').first();
      const count = Number(await source.locator('b').textContent());
      const name = (await source.locator('span').textContent()) ?? '';
      await source.click();
      await page.waitForURL(/source=/);
      expect(await foundLayers()).toBe(count);
      expect(await page.locator('.card .facts').first().textContent()).toContain(name);
      await search('?type=OGC%3AWMTS');
      expect(await page.locator('.card .badge').allTextContents()).toEqual(Array(20).fill('WMTS'));
    });

    it('moves from card to card by the arrow keys, and marks each on the map', async () => {
      await search();
      const links = page.locator('.card h3 a');
      await links.first().focus();
      await page.keyboard.press('ArrowDown');
      const focused = await page.evaluate<string>('document.activeElement.closest(".card").id');
      expect(focused).toBe(await page.locator('.card').nth(1).getAttribute('id'));
      expect(await page.locator('.card.marked').count()).toBe(1);
    });

    it('draws a layer on the map by its own tiles', async () => {
      await search('?source=maps.geoportal.example');
      const tile = page.waitForResponse((response) =>
        /\/default_grid\/\d+\/\d+\/\d+\.png$/.test(response.url()),
      );
      await page
        .getByRole('button', { name: /^Show on map/ })
        .first()
        .click();
      expect((await tile).status()).toBe(200);
    });

    it('turns pages, up to the last one', async () => {
      await search('?q=elevation');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.waitForURL(/page=2/);
      await page.getByText('Page 2 of 2').waitFor();
      expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
      expect(await page.evaluate<string>('document.activeElement.id')).toBe('result-heading');
    });

    it('says what to do where nothing is found, and where the text cannot be read', async () => {
      expect(await search('?q=unicorns')).toBe(0);
      expect(await page.getByText('Page 1 of 1', { exact: true }).isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Show everything' }).click();
      expect(await foundLayers()).toBe(scene.layerCount - 1);
      const other = await open();
      await other.route(/\/hypermap\/api\//, (route) =>
        route.fulfill({ status: 503, json: { error: { msg: 'The search engine is away.' } } }),
      );
      await other.goto(addressOf('/hypermap/search/'));
      await other.getByText('The search engine is away.').waitFor();
      await other.unroute(/\/hypermap\/api\//);
      await other.getByRole('button', { name: 'Try again' }).click();
      expect(await foundLayers(other)).toBe(scene.layerCount - 1);
      await other.context().close();
      // The browser itself complains of the status.
      complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('503')));
    });
  });

  it('leads from the list of services to a service, a layer with its map, and all of its checks', async () => {
    await page.goto(addressOf('/'));
    await page.getByText('8 services').waitFor();
    await page.getByLabel('Title, text or address').fill('geoportal');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('1 service', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'National geoportal' }).click();
    await page.getByRole('img', { name: /^90 days: / }).waitFor();
    const tile = page.waitForResponse((response) => response.url().includes('/default_grid/'));
    await page.getByRole('link', { name: scene.layerTitle, exact: true }).first().click();
    await page.getByRole('heading', { name: scene.layerTitle, level: 1 }).waitFor();
    expect((await tile).status()).toBe(200);
    await page.getByRole('link', { name: 'All checks' }).click();
    await eventually(async () => (await page.locator('tbody tr').count()) === 50);
    await page.getByRole('link', { name: 'Earlier checks' }).click();
    await eventually(async () => (await page.locator('tbody tr').count()) === 40);
  });

  it('lists domains, which lead to their services', async () => {
    await page.goto(addressOf('/domains/'));
    await page.getByRole('link', { name: 'gis.coast.example' }).click();
    await page.getByRole('link', { name: 'Coast and ocean atlas' }).waitFor();
    expect(await page.locator('.rows li').count()).toBe(1);
  });

  it('does nothing without a login: "Check now" leads to it', async () => {
    await page.goto(addressOf(`/hypermap/layer/${scene.layerUuid}/`));
    await page.getByRole('link', { name: 'Check now' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
  });

  it.each(VIEWS)(
    'has no serious fault of accessibility: $colorScheme, $widthPixels pixels wide',
    async ({ colorScheme, widthPixels }) => {
      const shown = await open({ colorScheme, viewport: { width: widthPixels, height: 900 } });
      const faults: string[] = [];
      const look = async (name: string) => {
        faults.push(...(await seriousFaults(shown)).map((fault) => `${name}: ${fault}`));
        const needed = await shown.evaluate<number>('document.documentElement.scrollWidth');
        if (needed > widthPixels) faults.push(`${name} is ${needed} wide`);
      };
      await search('?q=rivers&years=1990~2010', shown);
      await shown.locator('summary', { hasText: 'Sources' }).click();
      await look('search');
      for (const path of [
        '/',
        `/hypermap/service/${scene.serviceUuid}/`,
        `/hypermap/layer/${scene.layerUuid}/`,
        `/hypermap/layer/${scene.layerUuid}/checks/`,
        '/domains/',
      ]) {
        await shown.goto(addressOf(path));
        await look(path);
      }
      expect(faults).toEqual([]);
      await shown.context().close();
    },
  );

  it('asks no other server for anything, and says nothing on the console', () => {
    const others = requests.filter((url) => !url.startsWith(admin.service.url) && !/^(data|blob):/.test(url));
    expect(others).toEqual([]);
    expect(complaints).toEqual([]);
  });

  describe('the admin', () => {
    let operator: Page;

    beforeAll(async () => {
      operator = await admin.signInAs('ada', 'operator');
    });

    it('adds a list of endpoints, and says which lines cannot be used', async () => {
      await showPage(operator, admin.address('/resources/registry-endpoints'));
      await operator.getByRole('link', { name: 'Add endpoints' }).click();
      await operator
        .getByRole('textbox', { name: 'Addresses' })
        .fill('https://new.example/wms\nnot an address\n\nhttps://new.example/wms\n');
      await operator.getByRole('button', { name: 'Add endpoints' }).click();
      await operator
        .getByText(/^Added 1 endpoint\. 1 was there already\. 1 line cannot be used; line 2: /)
        .waitFor();
      await showPage(operator, admin.address('/resources/registry-endpoints?state=waiting'));
      await operator.getByRole('link', { name: 'https://new.example/wms' }).waitFor();
    });

    it('shows the layers of a service and its newest checks, and leads to one of each', async () => {
      await showPage(
        operator,
        admin.address(`/resources/registry-services/records/${scene.serviceUuid}/show`),
      );
      const layers = operator.getByRole('table', { name: 'Layers' });
      const checks = operator.getByRole('table', { name: 'Newest checks' });
      await checks.getByRole('row').nth(1).waitFor();
      await layers.getByRole('link').first().click();
      await operator.getByRole('region', { name: 'Layer', exact: true }).waitFor();
    });

    it('has a service checked, and its layers indexed', async () => {
      await showPage(
        operator,
        admin.address(`/resources/registry-services/records/${scene.serviceUuid}/show`),
      );
      await confirm(operator, 'Check now');
      await operator.getByText('1 service will be checked.').waitFor();
      await showPage(operator, admin.address('/resources/queued-tasks'));
      await operator.getByText('Check: National geoportal').waitFor();
    });

    it('stops watching a layer, which cannot be checked then', async () => {
      await showPage(operator, admin.address(`/resources/registry-layers/records/${scene.layerUuid}/show`));
      await confirm(operator, 'Stop watching');
      await operator.getByText('Stopped watching 1 layer.').waitFor();
      await operator.getByRole('button', { name: 'Check now' }).waitFor({ state: 'detached' });
      await confirm(operator, 'Watch');
      await operator.getByText('Watching 1 layer.').waitFor();
      await operator.getByRole('button', { name: 'Check now' }).waitFor();
    });

    it('takes a layer with an open issue out of the search, and brings it back', async () => {
      const { database } = admin.service.database;
      const noted = () => database('map_registry.layers_to_index').count<{ count: string }[]>('*');
      await showPage(operator, admin.address(`/resources/registry-layers/records/${scene.layerUuid}/show`));
      await operator.getByRole('link', { name: 'Report an issue' }).click();
      await operator.getByLabel('Kind').fill('No picture');
      await operator.getByRole('button', { name: 'Report' }).click();
      await operator.getByRole('heading', { name: 'No picture', level: 1 }).waitFor();
      expect(await noted()).toEqual([{ count: '1' }]);
      await confirm(operator, 'Resolve');
      await operator.getByText('Resolved 1 issue.').waitFor();
    });

    it('starts the tasks of the whole registry', async () => {
      await showPage(operator, admin.address('/resources/registry-tasks'));
      await confirm(operator, 'Check all');
      await operator.getByText('The task check_all is enqueued.').waitFor();
      await confirm(operator, 'Forget what is noted');
      await operator.getByText('The list of layers to index is empty.').waitFor();
    });

    it('creates a catalogue, and deletes it', async () => {
      await showPage(operator, admin.address('/resources/registry-catalogs'));
      await operator.getByLabel('Name').fill('Old maps');
      await operator.getByRole('button', { name: 'Create catalogue' }).click();
      await operator.getByText('Created the catalogue "Old maps".').waitFor();
      const row = operator.getByRole('row', { name: /old-maps/ });
      await row.getByRole('button', { name: 'Delete' }).click();
      await operator.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await operator.getByText('Deleted the catalogue.').waitFor();
    });

    it('has no serious fault of accessibility, wide or narrow, nor of colour in the dark', async () => {
      expect(await faultsOfPages(operator, registryAdminPagesOf(admin, scene))).toEqual([]);
    });

    it('offers no action to a viewer, and loads no fault into the console', async () => {
      const viewer = await admin.signInAs('victor', 'viewer');
      expect(await consoleFaultsOf(viewer, registryAdminPagesOf(admin, scene))).toEqual([]);
      await showPage(viewer, admin.address(`/resources/registry-services/records/${scene.serviceUuid}/show`));
      expect(await viewer.getByRole('button', { name: 'Check now' }).count()).toBe(0);
      await showPage(viewer, admin.address('/resources/registry-tasks'));
      expect(await viewer.getByRole('button', { name: 'Check all' }).count()).toBe(0);
      await viewer.context().close();
    });
  });
});
