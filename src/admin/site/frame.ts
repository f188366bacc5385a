// AdminJS's page, as a frame for our own pages. Only the build and development load AdminJS: it takes seconds and
// 190 MB, and what the server needs of it is this page and three scripts.

import { join } from 'node:path';
import express, { type Express, Router } from 'express';
import { listen } from '../../platform/http/web-server.ts';
import { SITE_NAME, THEME } from '../appearance.ts';
import { ADMIN_PATHS } from '../paths.ts';

/** Where browsers load the files of the site, below the admin's root. */
export const ASSETS = '/frontend/assets';

/** Placeholders that are replaced when the page is sent. */
export const PLACES = { reduxState: '__REDUX_STATE__', site: '__ADMIN_SITE__', nonce: '__NONCE__' } as const;

/** AdminJS's page with {@link PLACES}, what its store begins with, and the scripts that it loads. */
export interface Frame {
  readonly page: string;
  readonly state: Readonly<Record<string, unknown>>;
  /** By the names under which the page loads them: `global.bundle.js`. */
  readonly scripts: readonly { readonly name: string; readonly file: string }[];
}

/** AdminJS asks Google for a font; a site of an archive does not tell others who uses it. */
const FOREIGN_FONTS = /<link [^>]*href="https:\/\/fonts\.googleapis\.com[^>]*>/g;

const STATE = /window\.REDUX_STATE = (.*);\n/;

const SCRIPTS = ['global.bundle.js', 'design-system.bundle.js', 'app.bundle.js'];

/** Lets AdminJS write its page. */
export async function renderFrame(): Promise<Frame> {
  const [{ default: AdminJS, Router: AdminRouter }, { buildRoutes }] = await Promise.all([
    import('adminjs'),
    import('@adminjs/express'),
  ]);
  const { root, login, logout, icon } = ADMIN_PATHS;
  const admin = new AdminJS({
    rootPath: root,
    loginPath: login,
    logoutPath: logout,
    dashboard: { component: 'Dashboard' },
    pages: { search: { component: 'SearchPage' } },
    branding: { companyName: SITE_NAME, logo: icon, favicon: icon, theme: THEME, withMadeWithLove: false },
    assets: { styles: [`${root}${ASSETS}/components.bundle.css`] },
    locale: { language: 'en', availableLanguages: ['en'], translations: {} },
  });
  const router = Router();
  buildRoutes({ admin, routes: AdminRouter.routes.filter(({ action }) => action === 'index'), router });
  const html = await readPage(express().use(root, router), root);
  const [, state] = STATE.exec(html) ?? [];
  if (state === undefined) throw new Error('The page of AdminJS has no state any more');
  return {
    page: html
      .trim()
      .replace(STATE, `window.REDUX_STATE = ${PLACES.reduxState};\nwindow.ADMIN_SITE = ${PLACES.site};\n`)
      .replace(FOREIGN_FONTS, '')
      .replaceAll('<script>', `<script nonce="${PLACES.nonce}">`),
    state: JSON.parse(state),
    scripts: SCRIPTS.map((name) => ({ name, file: fileOf(AdminRouter.assets, name) })),
  };
}

/** Serves a page for one request, as AdminJS's routes write to a response alone. */
async function readPage(application: Express, path: string): Promise<string> {
  const server = await listen(application, 0);
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    if (!response.ok) throw new Error(`AdminJS returned its page with the status ${response.status}`);
    return await response.text();
  } finally {
    await server.stop(0);
  }
}

function fileOf(assets: readonly { readonly path: string; readonly src: string }[], name: string): string {
  const asset = assets.find(({ path }) => path === join(ASSETS, name));
  if (!asset) throw new Error(`AdminJS has no script ${name} any more`);
  // The development builds of the same files have ten times their size.
  return asset.src.replace('.development.js', '.production.js');
}
