import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { AdminInBrowser } from './e2e/admin-in-browser.ts';
import { makeScene, pagesOf, showPage } from './e2e/admin-scene.ts';
import { eventually } from './support/eventually.ts';
import startPostgres from './support/start-postgres.ts';
import stopPostgres from './support/stop-postgres.ts';

// Makes the pictures of docs/admin.md anew: `npm run screenshots`, or `npm run screenshots -- dashboard queues` for
// some of them. The data is made here, on a Postgres, an S3 and a DLCS that are there for as long as it takes.

const FOLDER = new URL('../docs/images/admin/', import.meta.url);

const WIDTH_PIXELS = 1_280;
const HEIGHTS_PIXELS = { least: 620, most: 1_500 } as const;

/** A telephone, and what is shown on it. */
const NARROW = { width: 390, height: 844 } as const;
const NARROW_PAGES = ['dashboard', 'members', 'member', 'failed-tasks'];

/** Text stays sharp, and no picture has more than 200 kB. */
const WEBP = { quality: 84, smartSubsample: true, effort: 6 } as const;

const wanted = process.argv.slice(2);
await mkdir(FOLDER, { recursive: true });
await startPostgres();
const admin = await AdminInBrowser.start();
try {
  const scene = await makeScene(admin);
  const page = await admin.signInAs('ada', 'superuser', { timezoneId: 'Europe/London', locale: 'en-GB' });
  for (const [name, path] of [...pagesOf(scene), ['login', '/login'] as const]) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    // Who is signed in is shown no login page.
    const shown = name === 'login' ? await (await admin.openBrowser()).newPage() : page;
    for (const colorScheme of ['light', 'dark'] as const) {
      await shown.emulateMedia({ colorScheme });
      await shown.setViewportSize({ width: WIDTH_PIXELS, height: HEIGHTS_PIXELS.least });
      await showPage(shown, admin.address(path));
      await shown.setViewportSize({ width: WIDTH_PIXELS, height: await heightOf(shown) });
      await save(shown, `${name}-${colorScheme}`);
    }
    if (!NARROW_PAGES.includes(name)) continue;
    await shown.emulateMedia({ colorScheme: 'light' });
    await shown.setViewportSize(NARROW);
    await showPage(shown, admin.address(path));
    await save(shown, `${name}-narrow`);
  }
  scene.close();
} finally {
  await admin.stop();
  await stopPostgres();
}

/** As high as what the page holds, within bounds. */
async function heightOf(page: Page): Promise<number> {
  const heightPixels = await page.evaluate<number>(
    `Math.max(...[document.documentElement, ...document.querySelectorAll('main, #app [data-css="app-content"]')]
      .map((element) => element.scrollHeight + element.getBoundingClientRect().top))`,
  );
  return Math.round(Math.min(Math.max(heightPixels, HEIGHTS_PIXELS.least), HEIGHTS_PIXELS.most));
}

async function save(page: Page, name: string): Promise<void> {
  // Pictures of pages come into sight, and are loaded, as the window grows.
  await eventually(() =>
    page.evaluate<boolean>(
      '[...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight)',
    ),
  );
  const { size } = await sharp(await page.screenshot())
    .webp(WEBP)
    .toFile(new URL(`${name}.webp`, FOLDER).pathname);
  process.stdout.write(`${name}: ${Math.round(size / 1_000)} kB\n`);
}
