// AdminJS's page, as a frame for our own pages. Only the build and development load AdminJS: it takes seconds and
// 190 MB, and what the server needs of it is this page and three scripts.

import { join } from 'node:path';
import { SITE_NAME, THEME } from '../appearance.ts';
import { ADMIN_PATHS } from '../paths.ts';

/** Where browsers load the files of the site, below the admin's root. */
export const ASSETS = '/frontend/assets';

/** What stands in the page until it is sent. */
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
  const { default: AdminJS, Router } = await import('adminjs');
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
  const index = Router.routes.find(({ action }) => action === 'index');
  if (!index) throw new Error('AdminJS has no page any more');
  const html: string = await new index.Controller({ admin }, undefined)['index']({}, {});
  const [, state] = STATE.exec(html) ?? [];
  if (state === undefined) throw new Error('The page of AdminJS has no state any more');
  return {
    page: html
      .trim()
      .replace(STATE, `window.REDUX_STATE = ${PLACES.reduxState};\nwindow.ADMIN_SITE = ${PLACES.site};\n`)
      .replace(FOREIGN_FONTS, '')
      .replaceAll('<script>', `<script nonce="${PLACES.nonce}">`),
    state: JSON.parse(state),
    scripts: SCRIPTS.map((name) => ({ name, file: fileOf(Router.assets, name) })),
  };
}

function fileOf(assets: readonly { readonly path: string; readonly src: string }[], name: string): string {
  const asset = assets.find(({ path }) => path === join(ASSETS, name));
  if (!asset) throw new Error(`AdminJS has no script ${name} any more`);
  // The development builds of the same files have ten times their size.
  return asset.src.replace('.development.js', '.production.js');
}
