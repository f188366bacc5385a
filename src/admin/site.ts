import { buildRoutes } from '@adminjs/express';
import AdminJS, { Router as AdminRoutes, type BaseResource, type ResourceOptions } from 'adminjs';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import type { AdminResource } from '../app-kit/admin/resource.ts';
import type { SiteApp } from '../app-kit/admin/site-app.ts';
import type { AppContext } from '../app-kit/app-context.ts';
import { titleOf } from '../app-kit/installed-apps.ts';
import type { LoadedApp } from '../app-kit/loaded-apps.ts';
import { auditResource } from './access/audit-resource.ts';
import { guardActions } from './access/require-role.ts';
import { cspNonce } from './access/security-headers.ts';
import { administratorActions, administratorsResource } from './administrators-resource.ts';
import { SITE_NAME, THEME } from './appearance.ts';
import { readFrontEnd } from './front-end-bundle.ts';
import type { AdminPaths } from './login.ts';
import { PageResource } from './page-resource.ts';
import { engines, queuePages } from './queue/resources.ts';
import { resourceOptions, type ShownResource } from './resource-options.ts';
import { TableResource } from './table-resource.ts';

/** What AdminJS is built of; a path here is below the admin's root. */
const ASSETS = '/frontend/assets';

/** How long a browser keeps AdminJS's own files, which change with a release alone. */
const ASSET_AGE_MILLISECONDS = 24 * 60 * 60 * 1_000;

/** AdminJS asks Google for a font; a site of an archive does not tell others who uses it. */
const FOREIGN_FONTS = /<link [^>]*href="https:\/\/fonts\.googleapis\.com[^>]*>/g;

/** The scripts that stand in AdminJS's page itself: what the page starts with, and its start. */
const INLINE_SCRIPTS = /<script>(?=\s*(?:window\.REDUX_STATE = |var app = ))/g;

/** Where the installed apps are added to what AdminJS's page starts with. */
const PAGE_STATE = 'window.REDUX_STATE = ';

/** The largest form that AdminJS's pages may send. */
const BODY_LIMIT = '1mb';

/**
 * The AdminJS site, for whoever is signed in. Its scripts come with the package, and our components are one script of
 * their own, which the build has made: nothing is compiled here, and nothing written anywhere.
 */
export async function createSite(
  context: AppContext,
  apps: readonly LoadedApp[],
  paths: AdminPaths,
): Promise<Router> {
  const { database } = context.platform;
  const actions: Readonly<Record<string, ResourceOptions['actions']>> = {
    [administratorsResource.id]: administratorActions(database),
  };
  const tables = (descriptors: readonly AdminResource[]) =>
    descriptors.map((descriptor) => ({ descriptor, resource: new TableResource(database, descriptor) }));
  // In the order in which the navigation shows them.
  const shown: { descriptor: ShownResource; resource: BaseResource }[] = [
    ...tables(
      apps.flatMap(({ app, admin }) =>
        (admin?.resources ?? []).map((resource) => ({ ...resource, group: titleOf(app) })),
      ),
    ),
    ...queuePages.map((page) => ({
      descriptor: { ...page, title: 'id', columns: [] },
      resource: new PageResource(page.id),
    })),
    ...tables([engines, administratorsResource, auditResource]),
  ];
  const resources = shown.map(({ descriptor, resource }) => ({
    resource,
    options: guardActions(descriptor.id, resourceOptions(descriptor, actions[descriptor.id])),
  }));
  const labels = Object.fromEntries(shown.map(({ descriptor: { id, label } }) => [id, label]));

  const admin = new AdminJS({
    rootPath: paths.root,
    loginPath: paths.login,
    logoutPath: paths.logout,
    resources,
    dashboard: { component: 'Dashboard' },
    pages: { search: { component: 'SearchPage' } },
    branding: {
      companyName: SITE_NAME,
      logo: paths.icon,
      favicon: paths.icon,
      theme: THEME,
      withMadeWithLove: false,
    },
    assets: { styles: [`${paths.root}${ASSETS}/composite-handler.css`] },
    settings: { defaultPerPage: 25 },
    locale: { language: 'en', availableLanguages: ['en'], translations: { en: { labels } } },
  });

  const router = Router();
  const { script, styles } = await readFrontEnd();
  for (const [name, type, content] of [
    ['composite-handler.css', 'css', styles],
    ['components.bundle.js', 'js', script],
  ] as const) {
    router.get(`${ASSETS}/${name}`, (_request, response) => {
      // They change with a release, under the same names: a browser asks whether they have.
      response.set('Cache-Control', 'private, no-cache').type(type).send(content);
    });
  }
  for (const { path, src } of AdminRoutes.assets) {
    // The development builds of the same files have ten times their size.
    const file = src.replace('.development.js', '.production.js');
    router.get(path, (_request, response) => {
      // Pages are kept by nobody; what is the same for everybody may be.
      response.removeHeader('Cache-Control');
      response.sendFile(file, { maxAge: ASSET_AGE_MILLISECONDS });
    });
  }
  router.use(asOurOwnPage(siteApps(apps)));
  router.use(readBody);
  router.param('resourceId', (_request, response, next, id) => {
    if (Object.hasOwn(labels, id)) next();
    else response.status(404).type('text').send('There is no such part of the admin.');
  });
  const routes = AdminRoutes.routes.filter(({ action }) => action !== 'bundleComponents');
  buildRoutes({ admin, routes, router });
  return router;
}

/** What the scripts of the page learn of the installed apps; an app that is not installed has no pages. */
function siteApps(apps: readonly LoadedApp[]): readonly SiteApp[] {
  return apps.map(({ app, admin }) => ({
    name: app.name,
    title: titleOf(app),
    resources: (admin?.resources ?? []).map(({ id }) => id),
    searchable: admin?.search?.searchable ?? null,
  }));
}

/**
 * Keeps AdminJS's page from asking other hosts, marks its own scripts as those that may run, and adds the installed
 * apps.
 */
function asOurOwnPage(apps: readonly SiteApp[]): RequestHandler {
  const state = `window.INSTALLED_APPS = ${JSON.stringify(apps).replaceAll('<', '\\u003c')};\n`;
  return (_request, response, next) => {
    const send = response.send.bind(response);
    const nonce = cspNonce(response);
    response.send = (body) =>
      send(
        typeof body === 'string'
          ? body
              .replace(FOREIGN_FONTS, '')
              .replace(INLINE_SCRIPTS, `<script nonce="${nonce}">`)
              .replace(PAGE_STATE, () => state + PAGE_STATE)
          : body,
      );
    next();
  };
}

/** Reads what our forms send as JSON, and puts it where AdminJS's routes look for it. */
const readBody = [
  express.json({ limit: BODY_LIMIT }),
  (request: Request & { fields?: unknown }, _response: Response, next: NextFunction): void => {
    request.fields = request.body;
    next();
  },
];
