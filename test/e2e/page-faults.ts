import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { seriousFaults } from './admin-in-browser.ts';
import { showPage } from './admin-scene.ts';

/** How a reader looks at pages. */
export interface View {
  readonly colorScheme: 'light' | 'dark';
  readonly widthPixels: number;
}

/** The views in which all pages of an app are looked at. */
export const VIEWS: readonly View[] = [
  { colorScheme: 'light', widthPixels: 1_280 },
  { colorScheme: 'dark', widthPixels: 1_280 },
  { colorScheme: 'light', widthPixels: 390 },
];

/** Returns the serious faults of accessibility of pages, and those pages that are wider than the view; a line for each. */
export async function faultsOfPages(
  page: Page,
  pages: readonly { readonly name: string; readonly address: string }[],
  { colorScheme, widthPixels }: View,
): Promise<string[]> {
  const faults: string[] = [];
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: widthPixels, height: 900 });
  for (const { name, address } of pages) {
    await showPage(page, address);
    faults.push(...(await seriousFaults(page)).map((fault) => `${name}: ${fault}`));
    const needed = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (needed > widthPixels) faults.push(`${name} is ${needed} wide`);
  }
  await page.setViewportSize({ width: 1_280, height: 900 });
  return faults;
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
