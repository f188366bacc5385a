import { type RequestHandler, type Response, Router } from 'express';
import { asInteger, asPlace, textOf } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { listCollections, readCollection } from './collections.ts';
import { readMemberPage } from './member-page.ts';
import { asStatus, listCollectionMembers, listMembers, readMemberFilter } from './members.ts';
import { NoPreviewError, PagePreviews } from './page-previews.ts';

/** How long a browser keeps a preview; its address changes with the member. */
const PREVIEW_AGE_SECONDS = 3_600;

/** Pages of a PDF, and of a list, end somewhere. */
const GREATEST_PAGE = 1_000_000;

/** What the pages of this app in the admin read; nothing here changes anything. */
export function createAdminRouter(context: AppContext): Router {
  const { platform } = context;
  const { database, settings } = platform;
  const previews = new PagePreviews(platform);
  const router = Router();

  router.get('/collections', async (request, response) => {
    const filter = {
      customer: asInteger(textOf(request, 'customer')),
      from: textOf(request, 'from'),
      to: textOf(request, 'to'),
    };
    response.json(await listCollections(database, filter, asPlace(textOf(request, 'page'))));
  });

  router.get('/collections/:id', requireId, async (request, response) => {
    answer(response, await readCollection(database, request.params.id, settings.web.baseUrl));
  });

  router.get('/collections/:id/members', requireId, async (request, response) => {
    const after = asInteger(textOf(request, 'page'));
    const status = asStatus(textOf(request, 'status'));
    response.json(await listCollectionMembers(database, request.params.id, { status, after }));
  });

  router.get('/members', async (request, response) => {
    const filter = readMemberFilter(request.query);
    response.json(await listMembers(database, filter, asPlace(textOf(request, 'page'))));
  });

  router.get('/members/:id', requireId, async (request, response) => {
    answer(response, await readMemberPage(context, request.params.id));
  });

  router.get('/members/:id/pages/:page', requireId, requirePage, async (request, response) => {
    const link = await previews.link(request.params.id, Number(request.params.page));
    if (link === undefined) answer(response, undefined);
    else response.redirect(303, link);
  });

  router.get('/members/:id/pages/:page/preview', requireId, requirePage, async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const preview = await previews.preview(request.params.id, Number(request.params.page), gone.signal);
      if (!preview) return answer(response, undefined);
      response
        .set('Cache-Control', `private, max-age=${PREVIEW_AGE_SECONDS}`)
        .type('jpeg')
        .send(preview.jpeg);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!(error instanceof NoPreviewError || error instanceof ObjectStorageError)) throw error;
      platform.logger.warn({ err: error, memberId: request.params.id }, 'a page has no preview');
      response.status(error instanceof NoPreviewError ? 415 : 502).json({ detail: error.message });
    }
  });
  return router;
}

type RecordPath = { id: string };
type PagePath = RecordPath & { page: string };

const requireId: RequestHandler<RecordPath> = (request, response, next) => {
  if (isUuid(request.params.id)) next();
  else answer(response, undefined);
};

const requirePage: RequestHandler<PagePath> = (request, response, next) => {
  const { page } = request.params;
  if (/^[1-9]\d{0,6}$/.test(page) && Number(page) <= GREATEST_PAGE) next();
  else answer(response, undefined);
};

function answer(response: Response, found: object | undefined): void {
  if (found) response.json(found);
  else response.status(404).json({ detail: 'It does not exist, or no longer.' });
}
