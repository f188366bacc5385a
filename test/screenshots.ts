import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { AdminInBrowser } from './e2e/admin-in-browser.ts';
import { makeScene, pagesOf, showPage } from './e2e/admin-scene.ts';
import { INGESTION_ENVIRONMENT, ingestionPagesOf, makeIngestionScene } from './e2e/ingestion-scene.ts';
import {
  MAP_REGISTRY_ENVIRONMENT,
  type MapRegistryScene,
  makeMapRegistryScene,
  registryAdminPagesOf,
} from './e2e/map-registry-scene.ts';
import { makeRenderScene, RENDER_ENVIRONMENT, renderPagesOf } from './e2e/render-scene.ts';
import {
  makeViewServerFolder,
  makeViewServerScene,
  mapOf,
  viewServerPagesOf,
} from './e2e/view-server-admin-scene.ts';
import { eventually } from './support/eventually.ts';
import startPostgres from './support/start-postgres.ts';
import stopPostgres from './support/stop-postgres.ts';

// Makes the pictures of docs/admin.md, docs/apps/render.md, docs/apps/ingestion.md, docs/apps/view-server.md and
// docs/apps/map-registry.md anew: `npm run screenshots`, or `npm run screenshots -- dashboard worksheets/order-new
// ingestion/refreshes view-server/map map-registry/search` for some of them. The data is made here, on a Postgres, an S3 and a DLCS that are there for as long as it takes.

const ADMIN_FOLDER = new URL('../docs/images/admin/', import.meta.url);
const WORKSHEETS_FOLDER = new URL('../docs/images/render/pages/', import.meta.url);
const INGESTION_FOLDER = new URL('../docs/images/ingestion/', import.meta.url);
const VIEW_SERVER_FOLDER = new URL('../docs/images/view-server/', import.meta.url);
const MAP_REGISTRY_FOLDER = new URL('../docs/images/map-registry/', import.meta.url);

const WIDTH_PIXELS = 1_280;
const HEIGHTS_PIXELS = { least: 620, most: 1_500 } as const;

/** As high as many windows. */
const MAP_HEIGHT_PIXELS = 800;

/** A telephone, and what is shown on it. */
const NARROW = { width: 390, height: 844 } as const;
const NARROW_PAGES = ['dashboard', 'members', 'member', 'failed-tasks'];

/** The pages of worksheets that the documentation shows. This Chromium shows no PDFs, so the page of a result is not there. */
const WORKSHEET_PAGES = ['tasks', 'order-new', 'result-failed', 'worksheets', 'worksheet'];

/** The pages of ingestion that the documentation shows. */
const INGESTION_PAGES = ['refreshes', 'refresh-indexing', 'refresh-ready', 'promote', 'indexes'];

/** The pages of the view server in the admin that the documentation shows. */
const VIEW_SERVER_PAGES = ['items', 'item-failed', 'product', 'collections', 'tiles'];

/** The pages of the map registry in the admin that the documentation shows. */
const MAP_REGISTRY_PAGES = ['service', 'whole-registry'];

/** Text stays sharp, and no picture has more than 200 kB. */
const WEBP = { quality: 84, smartSubsample: true, effort: 6 } as const;

const BROWSER = { timezoneId: 'Europe/London', locale: 'en-GB' } as const;

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
/** Whether pictures of a part are wanted; those of the admin itself have no part in their names. */
const isPartWanted = (part: string) =>
  wanted.length === 0 || wanted.some((name) => (name.includes('/') ? name.split('/')[0] : '') === part);
await startPostgres();
try {
  if (isPartWanted('')) await showAdmin();
  if (isPartWanted('worksheets')) await showWorksheets();
  if (isPartWanted('ingestion')) await showIngestion();
  if (isPartWanted('view-server')) await showViewServer();
  if (isPartWanted('map-registry')) await showMapRegistry();
} finally {
  await stopPostgres();
}

async function showAdmin(): Promise<void> {
  await mkdir(ADMIN_FOLDER, { recursive: true });
  const admin = await AdminInBrowser.start();
  try {
    const scene = await makeScene(admin);
    const page = await admin.signInAs('ada', 'superuser', BROWSER);
    for (const [name, path] of [...pagesOf(scene), ['login', '/login'] as const]) {
      if (!isWanted(name)) continue;
      // A login page is shown only to those who are not signed in.
      const shown = name === 'login' ? await (await admin.openBrowser()).newPage() : page;
      const picture = { folder: ADMIN_FOLDER, name, address: admin.address(path) };
      for (const colorScheme of ['light', 'dark'] as const) await photograph(shown, picture, colorScheme);
      if (NARROW_PAGES.includes(name)) await photographNarrow(shown, picture);
    }
    scene.close();
  } finally {
    await admin.stop();
  }
}

async function showWorksheets(): Promise<void> {
  await mkdir(WORKSHEETS_FOLDER, { recursive: true });
  const admin = await AdminInBrowser.start(RENDER_ENVIRONMENT);
  try {
    const scene = await makeRenderScene(admin);
    const page = await admin.signInAs('ada', 'superuser', BROWSER);
    for (const { name, address } of renderPagesOf(admin, scene)) {
      if (!WORKSHEET_PAGES.includes(name) || !isWanted(`worksheets/${name}`)) continue;
      await photograph(page, { folder: WORKSHEETS_FOLDER, name, address }, 'light');
    }
    await scene.close();
  } finally {
    await admin.stop();
  }
}

async function showIngestion(): Promise<void> {
  await mkdir(INGESTION_FOLDER, { recursive: true });
  const admin = await AdminInBrowser.start(INGESTION_ENVIRONMENT);
  try {
    const scene = await makeIngestionScene(admin);
    const page = await admin.signInAs('ada', 'superuser', BROWSER);
    for (const { name, address } of ingestionPagesOf(admin, scene)) {
      if (!INGESTION_PAGES.includes(name) || !isWanted(`ingestion/${name}`)) continue;
      const picture = { folder: INGESTION_FOLDER, name, address };
      for (const colorScheme of ['light', 'dark'] as const) await photograph(page, picture, colorScheme);
      if (name === 'refresh-indexing') await photographNarrow(page, picture);
    }
  } finally {
    await admin.stop();
  }
}

async function showViewServer(): Promise<void> {
  await mkdir(VIEW_SERVER_FOLDER, { recursive: true });
  const files = await makeViewServerFolder();
  const admin = await AdminInBrowser.start(files.environment);
  try {
    const scene = await makeViewServerScene(admin, files, { isWhole: true });
    const page = await admin.signInAs('ada', 'superuser', BROWSER);
    for (const { name, address } of viewServerPagesOf(admin, scene)) {
      if (!VIEW_SERVER_PAGES.includes(name) || !isWanted(`view-server/${name}`)) continue;
      const picture = { folder: VIEW_SERVER_FOLDER, name, address };
      for (const colorScheme of ['light', 'dark'] as const) await photograph(page, picture, colorScheme);
      if (name === 'item-failed') await photographNarrow(page, picture);
    }
    if (isWanted('view-server/map')) await photographMap(page, mapOf(admin));
  } finally {
    await admin.stop();
    await files.remove();
  }
}

async function showMapRegistry(): Promise<void> {
  await mkdir(MAP_REGISTRY_FOLDER, { recursive: true });
  const admin = await AdminInBrowser.start(MAP_REGISTRY_ENVIRONMENT);
  try {
    const scene = await makeMapRegistryScene(admin);
    const page = await admin.signInAs('ada', 'superuser', BROWSER);
    for (const { name, address } of registryAdminPagesOf(admin, scene)) {
      if (!MAP_REGISTRY_PAGES.includes(name) || !isWanted(`map-registry/${name}`)) continue;
      const picture = { folder: MAP_REGISTRY_FOLDER, name, address };
      for (const colorScheme of ['light', 'dark'] as const) await photograph(page, picture, colorScheme);
    }
    await photographRegistry(page, admin, scene);
    await scene.close();
  } finally {
    await admin.stop();
  }
}

/** The public pages of the map registry, wide and on a telephone. */
async function photographRegistry(page: Page, admin: AdminInBrowser, scene: MapRegistryScene): Promise<void> {
  const root = `${admin.service.url}/registry/hypermap`;
  const shown = [
    ['search', `${root}/search/`],
    ['layer', `${root}/layer/${scene.layerUuid}/`],
  ] as const;
  for (const [name, address] of shown.filter(([each]) => isWanted(`map-registry/${each}`))) {
    for (const variant of ['light', 'dark', 'narrow'] as const) {
      const wide = { width: WIDTH_PIXELS, height: MAP_HEIGHT_PIXELS };
      await page.setViewportSize(variant === 'narrow' ? NARROW : wide);
      await page.emulateMedia({ colorScheme: variant === 'dark' ? 'dark' : 'light' });
      await page.goto(address, { waitUntil: 'networkidle' });
      await save(page, { folder: MAP_REGISTRY_FOLDER, name, address }, variant);
    }
  }
}

/** The map as everybody sees it, with all of its tiles. */
async function photographMap(page: Page, address: string): Promise<void> {
  await page.setViewportSize({ width: WIDTH_PIXELS, height: MAP_HEIGHT_PIXELS });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(address, { waitUntil: 'networkidle' });
    await page.getByText('3 products.', { exact: true }).waitFor();
    await save(page, { folder: VIEW_SERVER_FOLDER, name: 'map', address }, colorScheme);
  }
}

interface Picture {
  readonly folder: URL;
  readonly name: string;
  readonly address: string;
}

async function photograph(page: Page, picture: Picture, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: WIDTH_PIXELS, height: HEIGHTS_PIXELS.least });
  await showPage(page, picture.address);
  await page.setViewportSize({ width: WIDTH_PIXELS, height: await heightOf(page) });
  await save(page, picture, colorScheme);
}

async function photographNarrow(page: Page, picture: Picture): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(NARROW);
  await showPage(page, picture.address);
  await save(page, picture, 'narrow');
}

/** As high as what the page holds, within bounds. */
async function heightOf(page: Page): Promise<number> {
  const heightPixels = await page.evaluate<number>(
    `Math.max(...[document.documentElement, ...document.querySelectorAll('main, #app [data-css="app-content"]')]
      .map((element) => element.scrollHeight + element.getBoundingClientRect().top))`,
  );
  return Math.round(Math.min(Math.max(heightPixels, HEIGHTS_PIXELS.least), HEIGHTS_PIXELS.most));
}

async function save(page: Page, { folder, name }: Picture, variant: string): Promise<void> {
  // Pictures of pages come into sight, and are loaded, as the window grows.
  await eventually(() =>
    page.evaluate<boolean>(
      '[...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight)',
    ),
  );
  const { size } = await sharp(await page.screenshot())
    .webp(WEBP)
    .toFile(new URL(`${name}-${variant}.webp`, folder).pathname);
  process.stdout.write(`${name}-${variant}: ${Math.round(size / 1_000)} kB\n`);
}
