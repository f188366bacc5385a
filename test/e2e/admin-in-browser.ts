import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../src/admin/access/roles.ts';
import { createAdministrator } from '../../src/admin/administrators.ts';
import { startBrowser } from '../support/browser.ts';
import { ServiceUnderTest } from './service.ts';

/** The password of everybody in these tests. */
export const PASSWORD = 'difference engine';

/** How long a page may take to show what it is waited for: far longer than any does. */
export const DEADLINE_MILLISECONDS = 60_000;

/** The real service, and a real browser that looks at its admin. */
export class AdminInBrowser {
  readonly service: ServiceUnderTest;
  readonly #browser: Browser;

  private constructor(service: ServiceUnderTest, browser: Browser) {
    this.service = service;
    this.#browser = browser;
  }

  /** Starts both; whoever starts them stops them. */
  static async start(environment: NodeJS.ProcessEnv = {}): Promise<AdminInBrowser> {
    const [service, browser] = await Promise.all([
      // One process loads the admin once.
      ServiceUnderTest.start({ GUNICORN_WORKERS: '1', ...environment }),
      startBrowser(),
    ]);
    return new AdminInBrowser(service, browser);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.service.stop();
  }

  /** The whole address of a page; the path is below the admin's root. */
  address(path: string): string {
    return `${this.service.url}/admin${path}`;
  }

  /** A browser of somebody's own: no cookie, nothing remembered. */
  async openBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      viewport: { width: 1_280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(DEADLINE_MILLISECONDS);
    return context;
  }

  /** Makes an administrator who may sign in with {@link PASSWORD}. */
  async createAdministrator(username: string, role: Role): Promise<void> {
    const { database } = this.service.database;
    await createAdministrator(database, { username, email: '', password: PASSWORD, role });
  }

  /** Makes an administrator, and signs in as them by the login page. */
  async signInAs(username: string, role: Role, options: BrowserContextOptions = {}): Promise<Page> {
    await this.createAdministrator(username, role);
    const context = await this.openBrowser(options);
    const page = await context.newPage();
    await page.goto(this.address('/login'));
    await fillLogin(page, username, PASSWORD);
    await page.getByRole('heading', { name: 'Dashboard', exact: true }).waitFor();
    return page;
  }
}

/** Fills the login page, and sends it. */
export async function fillLogin(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Presses a button, and says yes to what it asks. */
export async function confirm(page: Page, label: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: label }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: label }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** What colours alone decide: all that another colour scheme can change. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** What an accessibility checker finds on a page that is serious or worse, a line for each; by all rules, or by some. */
export async function seriousFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Only what fails is worked out in full; and it is not put into the page as a script, which its policy forbids.
  const options: RunOptions = {
    resultTypes: ['violations'],
    preload: false,
    ...(rules ? { runOnly: [...rules] } : {}),
  };
  await page.evaluate(`globalThis.axe ?? (() => { ${axe.source} })()`);
  // What it found of all else would be most of what comes back from the page.
  const { violations } = await page.evaluate<Pick<AxeResults, 'violations'>>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => ({ violations }))`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}
