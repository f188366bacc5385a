import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { AdminInBrowser, COLOUR_RULES, seriousFaults } from './admin-in-browser.ts';
import { makeScene, pagesOf, type Scene, showPage } from './admin-scene.ts';
import { faultsOfNarrowPages } from './page-faults.ts';

jest.setTimeout(240_000);

describe('the pages of the admin, in the middle of a working day', () => {
  let admin: AdminInBrowser;
  let scene: Scene;
  let page: Page;
  beforeAll(async () => {
    admin = await AdminInBrowser.start();
    scene = await makeScene(admin);
    page = await admin.signInAs('ada', 'superuser');
  });
  afterAll(async () => {
    scene?.close();
    await admin?.stop();
  });

  it('have no serious fault of accessibility, and none of colour in the dark', async () => {
    const faults: string[] = [];
    for (const [name, path] of pagesOf(scene)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await showPage(page, admin.address(path));
      faults.push(...(await seriousFaults(page)).map((fault) => `${name}: ${fault}`));
      await page.emulateMedia({ colorScheme: 'dark' });
      faults.push(...(await seriousFaults(page, COLOUR_RULES)).map((fault) => `${name}, dark: ${fault}`));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    expect(faults).toEqual([]);
  });

  it('have none on a narrow screen, nor the login page, nor a question', async () => {
    const paths = [
      '',
      '/resources/failed-tasks',
      '/resources/members',
      '/resources/batches',
      '/resources/engines',
      `/resources/engines/records/${scene.engineId}/show`,
      '/resources/administrators',
      `/resources/administrators/records/${scene.administratorId}/show`,
      '/resources/audit-log',
    ];
    const faults = await faultsOfNarrowPages(
      page,
      paths.map((path) => ({ name: path, address: admin.address(path) })),
    );
    await showPage(page, admin.address('/resources/queues'));
    await page.getByRole('button', { name: 'Purge' }).click();
    await page.getByRole('dialog').waitFor();
    faults.push(...(await seriousFaults(page)).map((fault) => `a question: ${fault}`));
    const visitor = await (await admin.openBrowser()).newPage();
    await visitor.goto(admin.address('/login'));
    faults.push(...(await seriousFaults(visitor)).map((fault) => `login: ${fault}`));
    expect(faults).toEqual([]);
  });

  it.each([
    ['dashboard', ''],
    ['failed tasks', '/resources/failed-tasks'],
    ['members', '/resources/members'],
  ])(
    'let the keyboard reach everything on the %s in the order of the page, and show where it is',
    async (_name, path) => {
      await showPage(page, admin.address(path));
      const stops = await walkWithTab(page);
      const invisible = stops.filter(({ isMarked }) => !isMarked).map(({ what }) => what);
      expect(invisible).toEqual([]);
      const backwards = stops.filter(({ goesOn }) => !goesOn).map(({ what }) => what);
      expect(backwards).toEqual([]);
      expect(stops.length).toBeGreaterThan(20);
    },
  );

  it('open, leave and answer a question by the keyboard alone', async () => {
    await showPage(page, admin.address('/resources/queues'));
    const purge = page.getByRole('button', { name: 'Purge' });
    await purge.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate("document.activeElement.closest('dialog') !== null")).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Purge');
  });
});

/** Something that the keyboard stopped at. */
interface Stop {
  readonly what: string;
  /** Whether it looks different from how it looks without the focus. */
  readonly isMarked: boolean;
  /** Whether it comes after the one before. */
  readonly goesOn: boolean;
}

/** In the page: what has the focus; undefined once it has been there, or nothing has it. */
const LOOK_AT_FOCUS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body || element.dataset.tabStop) return undefined;
  const before = document.querySelector('[data-tab-latest]');
  const goesOn =
    !before || (before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  before?.removeAttribute('data-tab-latest');
  element.dataset.tabStop = 'yes';
  element.dataset.tabLatest = 'yes';
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  return {
    what: element.tagName + ' ' + (element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)),
    isMarked: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none',
    goesOn,
  };
})()`;

/** Presses Tab until the focus leaves the page, or comes to where it was. */
async function walkWithTab(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.evaluate('document.activeElement?.blur()');
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate<Stop | undefined>(LOOK_AT_FOCUS);
    if (!stop) return stops;
    stops.push(stop);
  }
}
