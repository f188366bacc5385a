import { type Request, type Response, Router } from 'express';
import type { AdminSite, SiteResource } from '../../app-kit/admin/admin-site.ts';
import type { AdminPagesResource, AdminResource } from '../../app-kit/admin/resource.ts';
import { titleOf } from '../../app-kit/installed-apps.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import { neededRole } from '../access/require-role.ts';
import { includesRole, type Role } from '../access/roles.ts';
import { cspNonce } from '../access/security-headers.ts';
import { signedIn } from '../access/signed-in.ts';
import { peopleResources } from '../people/people-resources.ts';
import { queueResources } from '../queue/resources.ts';
import { ASSETS, PLACES } from './frame.ts';
import type { FrontEnd, SiteFile } from './front-end.ts';

/** A year: the name of a file changes with its content. */
const FILE_CACHE = 'private, max-age=31536000, immutable';

/** The page and the files of the site, for administrators who are signed in; `frontEnd` reads them when first needed. */
export function createSite(apps: readonly LoadedApp[], frontEnd: () => Promise<FrontEnd>): Router {
  const resources = resourcesOf(apps);
  const router = Router();
  router.get(`${ASSETS}/:name`, async (request, response, next) => {
    const file = (await frontEnd()).files.find(({ name }) => name === request.params.name);
    if (file) sendFile(request, response, file);
    else next();
  });
  router.get(['/', '/pages/search'], async (request, response) => {
    sendPage(request, response, await frontEnd(), siteOf(apps, resources, signedIn(request).role));
  });
  router.get('/resources/:resourceId{/*rest}', async (request, response) => {
    const { role } = signedIn(request);
    const resource = resources.find(({ id }) => id === request.params.resourceId);
    if (!resource) response.status(404);
    else if (!includesRole(role, neededRole(resource.id))) response.status(403);
    sendPage(request, response, await frontEnd(), siteOf(apps, resources, role));
  });
  return router;
}

/** All lists, in the order of the navigation. */
function resourcesOf(apps: readonly LoadedApp[]): SiteResource[] {
  return [
    ...apps.flatMap(({ app, admin }) =>
      (admin?.resources ?? []).map((resource) => describe(resource, titleOf(app))),
    ),
    ...queueResources.map((resource) => ({ ...resource, group: 'Queue' })),
    ...peopleResources.map((resource) => ({ ...resource, group: 'People' })),
  ];
}

function describe(resource: AdminResource | AdminPagesResource, group: string): SiteResource {
  const { id, label } = resource;
  if (!('table' in resource)) return { id, label, group };
  const { newestBy, title, columns } = resource;
  const shown = columns.map(({ sql: _sql, ...column }) => column);
  return { id, label, group, table: { newestBy, title, columns: shown } };
}

function siteOf(apps: readonly LoadedApp[], resources: readonly SiteResource[], role: Role): AdminSite {
  return {
    apps: apps.map(({ app, admin }) => ({
      name: app.name,
      title: titleOf(app),
      resources: (admin?.resources ?? []).map(({ id }) => id),
      searchable: admin?.search?.searchable ?? null,
    })),
    resources: resources.filter(({ id }) => includesRole(role, neededRole(id))),
  };
}

function sendPage(request: Request, response: Response, { page, state }: FrontEnd, site: AdminSite): void {
  const { id, email, username, role } = signedIn(request);
  const filled: Readonly<Record<string, string>> = {
    [PLACES.reduxState]: scriptJson({ ...state, session: { id, email, username, role } }),
    [PLACES.site]: scriptJson(site),
    [PLACES.nonce]: cspNonce(response),
  };
  response
    .type('html')
    .send(page.replaceAll(/__(?:REDUX_STATE|ADMIN_SITE|NONCE)__/g, (place) => filled[place] ?? ''));
}

/** JSON as a script may hold it: no text in it ends the script. */
function scriptJson(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function sendFile(request: Request, response: Response, { name, content, compressed }: SiteFile): void {
  response.set({ 'Cache-Control': FILE_CACHE, Vary: 'Accept-Encoding' });
  response.type(name.endsWith('.css') ? 'css' : 'js');
  const encoding = compressed ? request.acceptsEncodings(['br', 'gzip', 'identity']) : 'identity';
  if (compressed && (encoding === 'br' || encoding === 'gzip')) {
    response.set('Content-Encoding', encoding).send(compressed[encoding]);
  } else {
    response.send(content);
  }
}
