import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { COLOUR_RULES, seriousFaults } from './admin-in-browser.ts';
import { showPage } from './admin-scene.ts';

/** How a reader looks at pages. */
export interface View {
  readonly colorScheme: 'light' | 'dark';
  readonly widthPixels: number;
}

/** A page to look at, by a name for its faults. */
export interface NamedPage {
  readonly name: string;
  readonly address: string;
}

const WIDE_PIXELS = 1_280;
const NARROW_PIXELS = 390;

/** The views in which all pages of an app are looked at. */
export const VIEWS: readonly View[] = [
  { colorScheme: 'light', widthPixels: WIDE_PIXELS },
  { colorScheme: 'dark', widthPixels: WIDE_PIXELS },
  { colorScheme: 'light', widthPixels: NARROW_PIXELS },
];

/**
 * Returns the serious faults of accessibility of pages of the admin, wide, narrow, and of their colours in the dark, and those pages
 * that are wider than the screen; a line for each.
 */
export async function faultsOfPages(page: Page, pages: readonly NamedPage[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, address } of pages) {
    await showPage(page, address);
    faults.push(...(await faultsOnScreen(page, name, WIDE_PIXELS)));
    await page.emulateMedia({ colorScheme: 'dark' });
    faults.push(...(await seriousFaults(page, COLOUR_RULES)).map((fault) => `${name}, dark: ${fault}`));
    await page.emulateMedia({ colorScheme: 'light' });
  }
  return [...faults, ...(await faultsOfNarrowPages(page, pages))];
}

/** Likewise, on a narrow screen alone. */
export async function faultsOfNarrowPages(page: Page, pages: readonly NamedPage[]): Promise<string[]> {
  const faults: string[] = [];
  await page.setViewportSize({ width: NARROW_PIXELS, height: 900 });
  for (const { name, address } of pages) {
    await showPage(page, address);
    faults.push(...(await faultsOnScreen(page, `${name}, narrow`, NARROW_PIXELS)));
  }
  await page.setViewportSize({ width: WIDE_PIXELS, height: 900 });
  return faults;
}

async function faultsOnScreen(page: Page, name: string, widthPixels: number): Promise<string[]> {
  const faults = (await seriousFaults(page)).map((fault) => `${name}: ${fault}`);
  const needed = await page.evaluate<number>('document.documentElement.scrollWidth');
  return needed > widthPixels ? [...faults, `${name} is ${needed} wide`] : faults;
}

/** Returns what pages write to the console as errors, and what they throw. */
export async function consoleFaultsOf(
  page: Page,
  pages: readonly { readonly address: string }[],
): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  for (const { address } of pages) await showPage(page, address);
  await eventually(() => page.evaluate<boolean>('document.readyState === "complete"'));
  return complaints;
}
