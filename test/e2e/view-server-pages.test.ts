import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createOpenSearchRouter } from '../../src/apps/view-server/services/opensearch/router.ts';
import { createOwsRouter } from '../../src/apps/view-server/services/ows-router.ts';
import { TilesService } from '../apps/view-server/tiles-service.ts';
import { startBrowser } from '../support/browser.ts';
import { DEADLINE_MILLISECONDS, seriousFaults } from './admin-in-browser.ts';
import { VIEWS } from './page-faults.ts';

jest.setTimeout(240_000);

describe('the pages of the view server in a browser', () => {
  let service: TilesService;
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    service = await TilesService.start({}, [createOpenSearchRouter, createOwsRouter]);
    await service.register(
      { identifier: 'south', begins: '2018-06-01T10:00:00Z', ends: '2018-06-01T10:05:00Z' },
      {
        identifier: 'north',
        box: { minX: 5, minY: 40, maxX: 15, maxY: 50 },
        begins: '2018-07-03T10:00:00Z',
        ends: '2018-07-03T10:05:00Z',
      },
    );
    browser = await startBrowser();
    page = await open();
  });

  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1_280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(DEADLINE_MILLISECONDS);
    const opened = await context.newPage();
    opened.on('request', (request) => requests.push(request.url()));
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    return opened;
  }

  async function showCollection(shown = page): Promise<void> {
    await shown.goto(`${service.url}/view-server/images`);
    await shown.getByText('2 products.', { exact: true }).waitFor();
  }

  it('lead from the list of collections to the map of one', async () => {
    await page.goto(`${service.url}/view-server/`);
    await page.getByText('No products yet').waitFor();
    const tile = page.waitForResponse((response) =>
      response.url().includes('/images/default/default/WGS84/'),
    );
    await page.getByRole('link', { name: 'Images & more' }).click();
    expect((await tile).status()).toBe(200);
    await page.getByRole('heading', { name: 'Images & more' }).waitFor();
    await page.getByText('2 products.', { exact: true }).waitFor();
  });

  it('show the layers that the capabilities have, one at a time', async () => {
    await showCollection();
    const layers = await page.evaluate<string[]>(
      '[...document.querySelectorAll("#layers input")].map(({ value }) => value)',
    );
    expect(layers).toEqual(['images', 'images__TRUE_COLOR', 'images__outlines', 'images__outlined']);
    const tile = page.waitForResponse((response) => response.url().includes('/images__outlined/'));
    await page.getByRole('radio', { name: 'Images & more: images with footprints' }).check();
    expect((await tile).status()).toBe(200);
  });

  it('narrow the time by the keyboard', async () => {
    await showCollection();
    const tile = page.waitForResponse((response) =>
      decodeURIComponent(response.url()).includes('/2018-06-01T00:00:00.000Z--2018-06-'),
    );
    const to = page.getByRole('slider', { name: /^To/ });
    await to.focus();
    for (let day = 0; day < 5; day += 1) await page.keyboard.press('ArrowLeft');
    expect(await to.getAttribute('aria-valuetext')).toBe('2018-06-28');
    expect((await tile).status()).toBe(200);
    await page.getByText('1 product.', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^south/ }).count()).toBe(1);
    expect(await page.getByRole('button', { name: /^north/ }).count()).toBe(0);
  });

  it('search in what the map shows, as the keyboard moves it', async () => {
    await showCollection();
    await page.locator('#map').focus();
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press('+');
      await page.waitForTimeout(300);
    }
    await page.getByText(/^(0|1) products?\.$/).waitFor();
  });

  it('show a product, with links that work', async () => {
    await showCollection();
    await page.getByRole('button', { name: /^south/ }).focus();
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { name: 'south' });
    await heading.waitFor();
    expect(await heading.evaluate('document.activeElement.id')).toBe('details-heading');
    const links = await page.evaluate<string[]>(
      '[...document.querySelectorAll("#links a")].map(({ href }) => href)',
    );
    expect(links.length).toBeGreaterThan(1);
    for (const link of links.slice(0, 2)) {
      const response = await page.request.get(new URL(link, service.url).href);
      expect([link, response.status()]).toEqual([link, 200]);
    }
    await page.getByRole('button', { name: 'Close' }).click();
    await heading.waitFor({ state: 'hidden' });
  });

  it.each(VIEWS)(
    'have no serious fault of accessibility: $colorScheme, $widthPixels pixels wide',
    async (view) => {
      const { colorScheme, widthPixels } = view;
      const shown = await open({ colorScheme, viewport: { width: widthPixels, height: 900 } });
      const faults: string[] = [];
      await shown.goto(`${service.url}/view-server/`);
      faults.push(...(await seriousFaults(shown)));
      await showCollection(shown);
      await shown.getByRole('button', { name: /^south/ }).click();
      await shown.getByRole('heading', { name: 'south' }).waitFor();
      faults.push(...(await seriousFaults(shown)));
      expect(faults).toEqual([]);
      expect(await shown.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        widthPixels,
      );
      await shown.context().close();
    },
  );

  it('ask no other server for anything, and say nothing on the console', () => {
    expect(requests.filter((url) => !url.startsWith(service.url) && !/^(data|blob):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
