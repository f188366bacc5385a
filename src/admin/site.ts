import { buildRoutes } from '@adminjs/express';
import AdminJS, { Router as AdminRoutes, type BaseResource, type ResourceOptions } from 'adminjs';
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { App, AppContext } from '../apps/app.ts';
import { deleteTasks } from '../queue/index.ts';
import { SITE_NAME, STYLES, THEME } from './appearance.ts';
import { browserScript } from './browser-script.ts';
import { readDashboard } from './dashboard.ts';
import type { AdminPaths } from './login.ts';
import {
  administratorsResource,
  FAILED_TASKS,
  QUEUED_TASKS,
  queuedTasks,
  queueResources,
  SUCCESSFUL_TASKS,
} from './queue-resources.ts';
import { QueuedTasksResource } from './queued-tasks-resource.ts';
import { resourceOptions } from './resource-options.ts';
import { TableResource } from './table-resource.ts';
import { bulkAction, recordAction } from './task-actions.ts';

/** What AdminJS is built of; a path here is below the admin's root. */
const ASSETS = '/frontend/assets';

/** How long a browser keeps AdminJS's own files, which change with a release alone. */
const ASSET_AGE_MILLISECONDS = 24 * 60 * 60 * 1_000;

/** AdminJS asks Google for a font; a site of an archive does not tell others who uses it. */
const FOREIGN_FONTS = /<link [^>]*href="https:\/\/fonts\.googleapis\.com[^>]*>/g;

/**
 * The AdminJS site, for whoever is signed in. It is never bundled: its scripts come with the package, and our
 * components are one script of their own, so nothing is written anywhere.
 */
export async function createSite(
  context: AppContext,
  apps: readonly Pick<App, 'adminResources'>[],
  paths: AdminPaths,
): Promise<Router> {
  const { database } = context.platform;
  const descriptors = [
    ...apps.flatMap(({ adminResources }) => adminResources),
    ...queueResources,
    administratorsResource,
  ];
  const actions = taskActions(context);
  const resources: { resource: BaseResource; options: ResourceOptions }[] = descriptors.map((descriptor) => ({
    resource: new TableResource(database, descriptor),
    options: resourceOptions(descriptor, actions[descriptor.id]),
  }));
  const queued = {
    resource: new QueuedTasksResource(context.queue),
    options: resourceOptions(queuedTasks, actions[QUEUED_TASKS]),
  };
  // Among the resources of its group, what waits stands before what is done.
  resources.splice(descriptors.length - queueResources.length - 1, 0, queued);
  const labels = Object.fromEntries([...descriptors, queuedTasks].map(({ id, label }) => [id, label]));

  const admin = new AdminJS({
    rootPath: paths.root,
    loginPath: paths.login,
    logoutPath: paths.logout,
    resources,
    dashboard: { component: 'Dashboard', handler: () => readDashboard(context) },
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
  router.get(`${ASSETS}/composite-handler.css`, (_request, response) => {
    response.type('css').send(STYLES);
  });
  const script = await browserScript();
  router.get(`${ASSETS}/components.bundle.js`, (_request, response) => {
    response.type('js').send(script);
  });
  for (const { path, src } of AdminRoutes.assets) {
    // The development builds of the same files have ten times their size.
    const file = src.replace('.development.js', '.production.js');
    router.get(path, (_request, response) => response.sendFile(file, { maxAge: ASSET_AGE_MILLISECONDS }));
  }
  router.use(withoutForeignFonts);
  router.param('resourceId', (_request, response, next, id) => {
    if (id in labels) next();
    else response.status(404).type('text').send('There is no such part of the admin.');
  });
  const routes = AdminRoutes.routes.filter(({ action }) => action !== 'bundleComponents');
  buildRoutes({ admin, routes, router });
  return router;
}

/** What can be done to tasks, by the id of their resource. */
function taskActions({ platform, queue }: AppContext): Record<string, ResourceOptions['actions']> {
  const removal = {
    icon: 'Trash2',
    variant: 'danger',
    label: 'Delete',
    done: 'Deleted',
    question: 'Delete for good:',
  } as const;
  const resubmission = {
    icon: 'RefreshCw',
    variant: 'primary',
    label: 'Resubmit',
    done: 'Resubmitted',
    question: 'Send to the queue again, with the same function, arguments and group:',
  } as const;
  const deleteFinished = (ids: readonly string[]) => deleteTasks(platform.database, ids);
  const deleteQueued = (ids: readonly string[]) => queue.deleteQueuedTasks(ids);
  const resubmit = async (ids: readonly string[]) => (await queue.resubmitTasks(ids)).length;
  return {
    [QUEUED_TASKS]: {
      delete: recordAction(deleteQueued, removal),
      bulkDelete: bulkAction(deleteQueued, removal),
    },
    [SUCCESSFUL_TASKS]: {
      delete: recordAction(deleteFinished, removal),
      bulkDelete: bulkAction(deleteFinished, removal),
    },
    [FAILED_TASKS]: {
      resubmit: recordAction(resubmit, resubmission),
      bulkResubmit: bulkAction(resubmit, resubmission),
      delete: recordAction(deleteFinished, removal),
      bulkDelete: bulkAction(deleteFinished, removal),
    },
  };
}

function withoutForeignFonts(_request: Request, response: Response, next: NextFunction): void {
  const send = response.send.bind(response);
  response.send = (body) => send(typeof body === 'string' ? body.replace(FOREIGN_FONTS, '') : body);
  next();
}
