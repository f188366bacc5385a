import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import { createResourceRouter } from '../../../../src/apps/render/resources/resource-router.ts';
import { createHttpApplication } from '../../../../src/platform/http/application.ts';
import { listen, type WebServer } from '../../../../src/platform/http/web-server.ts';
import { startBrowser } from '../../../support/browser.ts';
import { captureLog } from '../../../support/captured-log.ts';
import { eventually } from '../../../support/eventually.ts';
import { readPdf } from '../../../support/pdf-reader.ts';

let server: WebServer;
let url: string;
beforeAll(async () => {
  const application = createHttpApplication({
    logger: captureLog().logger,
    isDebug: false,
    mounts: [{ path: '/', handler: createResourceRouter() }],
    healthChecks: [],
    metricsSources: [],
    metricsToken: undefined,
    info: { title: 'Worksheets', version: '1', description: 'Worksheets.' },
    icon: '<svg xmlns="http://www.w3.org/2000/svg"/>',
    openApi: [],
    frontPage: { links: [] },
  });
  server = await listen(application, 0);
  url = `http://127.0.0.1:${server.port}/render/resources`;
});
afterAll(() => server.stop(0));

describe('/render/resources', () => {
  it('lists all worksheets as JSON, with their options', async () => {
    const response = await fetch(url, { headers: { accept: 'application/json' } });
    const list: unknown = await response.json();
    expect(list).toHaveProperty('resources.length', GENERATORS.length);
    expect(list).toHaveProperty(
      'resources',
      expect.arrayContaining([
        {
          resource_view: 'train_stations',
          options: {
            tracks: ['circular', 'twisted'],
            paper_size: ['a4', 'letter'],
            language: ['en', 'de'],
            colour_mode: ['colour', 'bw'],
          },
        },
      ]),
    );
  });

  it('is a page with a link to each', async () => {
    const text = await (await fetch(url)).text();
    for (const { view } of GENERATORS) expect(text).toContain(`href="/render/resources/${view}"`);
  });

  it('refuses other methods', async () => {
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });
});

describe('/render/resources/{name}.pdf', () => {
  it('is the worksheet, with the options of the query', async () => {
    const query = 'display_numbers=false&black_back=true&paper_size=letter&copies=2&header_text=Room+5';
    const response = await fetch(`${url}/binary_cards.pdf?${query}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toBe(
      "inline; filename*=UTF-8''Binary%20cards%20%28without%20numbers%20-%20with%20black%20back%20-%20letter%29.pdf",
    );
    const { pages } = await readPdf(await response.bytes());
    expect(pages).toHaveLength(32);
    expect(pages[0]).toMatchObject({ widthPoints: 612, heightPoints: 792 });
    expect(pages[0]?.text).toBe(`Room 5 Binary cards - ${url}/binary_cards`);
  });

  it('has the first value of every option that the query does not have', async () => {
    for (const { view } of GENERATORS) {
      const response = await fetch(`${url}/${view}.pdf`);
      expect([view, response.status]).toEqual([view, 200]);
      expect((await response.bytes()).length).toBeGreaterThan(1_000);
    }
  });

  it('is the same for the same URL, and another with another seed', async () => {
    const get = async (seed: number) => {
      const response = await fetch(`${url}/treasure_hunt.pdf?seed=${seed}`);
      return Buffer.from(await response.bytes());
    };
    const [first, second, other] = [await get(1), await get(1), await get(2)];
    expect(first.equals(second)).toBe(true);
    expect(first.equals(other)).toBe(false);
  });

  it.each([
    [
      'train_stations.pdf?tracks=square',
      'Option "tracks" cannot be "square". Allowed values: "circular", "twisted".',
    ],
    ['grid.pdf?colour=red', 'Unknown parameter: colour.'],
    ['grid.pdf?copies=0', 'The number of copies is 0; it has to be a whole number from 1 to 40.'],
    ['grid.pdf?copies=41', '"copies" has to be a whole number up to 40.'],
    ['grid.pdf?copies=-1', '"copies" has to be a whole number up to 40.'],
    ['grid.pdf?copies=1&copies=2', '"copies" is given more than once.'],
    ['grid.pdf?paper_size=A3', '"paper_size" has to be a4 or letter.'],
    ['grid.pdf?seed=4294967296', '"seed" has to be a whole number up to 4294967295.'],
    ['grid.png?width=10000', '"width" has to be a whole number from 60 to 1600.'],
    ['binary_cards.svg?page=x', '"page" has to be a whole number up to 400.'],
  ])('refuses %s', async (path, detail) => {
    const response = await fetch(`${url}/${path}`);
    expect([response.status, await response.json()]).toEqual([400, { detail }]);
  });

  it.each(['nothing', 'nothing.pdf', '__proto__.pdf', 'constructor.svg', '..%2fgrid.pdf'])(
    'does not know %s',
    async (path) => {
      expect((await fetch(`${url}/${path}`)).status).toBe(404);
    },
  );
});

describe('/render/resources/{name}.png', () => {
  it('is a picture of a page as it is printed, as wide as the query says', async () => {
    const picture = async (query: string) => {
      const response = await fetch(`${url}/binary_cards.png?width=210&${query}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
      return Buffer.from(await response.bytes());
    };
    const [first, second, last, afterLast] = [
      await picture('page=1'),
      await picture('page=2'),
      await picture('page=8'),
      await picture('page=99'),
    ];
    expect(await sharp(first).metadata()).toMatchObject({ width: 210, height: 297 });
    expect(first.equals(second)).toBe(false);
    expect(last.equals(afterLast)).toBe(true);
  });
});

describe('the page of a worksheet', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('draws its preview again when an option changes, without anything from elsewhere', async () => {
    const page = await browser.newPage();
    const failed: string[] = [];
    page.on('console', (message) => failed.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().endsWith('/favicon.ico'))
        failed.push(request.url());
    });
    await page.goto(`${url}/piano_keys`);
    await eventually(() => page.evaluate<boolean>("document.querySelector('#preview').naturalWidth > 0"));
    const drawnAgain = page.waitForResponse((response) => response.url().includes('highlight=F'));
    await page.getByLabel('Highlight').selectOption('F');
    expect((await drawnAgain).status()).toBe(200);
    await eventually(() => page.evaluate<boolean>("document.querySelector('#preview').complete"));
    expect(failed).toEqual([]);
    await page.close();
  });

  it('works without its script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${url}/train_stations`);
    await page.getByLabel('Tracks').selectOption('twisted');
    await page.getByRole('button', { name: 'Show the preview' }).click();
    await page.waitForURL(/tracks=twisted/);
    expect(await page.getByLabel('Tracks').inputValue()).toBe('twisted');
    expect(await page.locator('#preview').getAttribute('src')).toContain('tracks=twisted');
    await context.close();
  });

  it.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 390],
  ] as const)('is accessible, as is the list, in %s, %d pixels wide', async (colorScheme, width) => {
    const context = await browser.newContext({
      colorScheme,
      bypassCSP: true,
      viewport: { width, height: 844 },
    });
    const page = await context.newPage();
    for (const path of [url, `${url}/searching_cards`]) {
      await page.goto(path);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.evaluate(`(() => { ${axe.source} })()`);
      const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
      expect(violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html).join()}`)).toEqual(
        [],
      );
    }
    await context.close();
  });

  it('escapes what the query says', async () => {
    const text = '"><script>alert(1)</script>';
    const page = await (await fetch(`${url}/grid?${new URLSearchParams({ header_text: text })}`)).text();
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(page).not.toContain('<script>alert');
  });
});
