import express, { type RequestHandler, Router } from 'express';
import { type AdminAction, AdminActionError, MOST_ROWS_OF_AN_ACTION } from '../app-kit/admin/action.ts';
import type { AppContext } from '../app-kit/app-context.ts';
import type { LoadedApp } from '../app-kit/loaded-apps.ts';
import { isUuid } from '../platform/uuid.ts';
import { recordAudit } from './access/audit.ts';
import { signedIn } from './access/signed-in.ts';

/** The ids of many rows, and what goes with them. */
const BODY_LIMIT = '200kb';

/**
 * What the apps' own pages ask for: below `/api/apps/{name}` what they read, and as
 * `POST /api/apps/{name}/actions/{resource}/{action}` with `{"ids": […], …}` what operators do, each time with a line
 * in the audit log. Roles are checked before, as for everything.
 */
export function createAppRoutes(apps: readonly LoadedApp[]): Router {
  const router = Router();
  for (const { app, admin, context } of apps) {
    const { name } = app;
    for (const action of admin?.actions ?? []) {
      router.post(
        `/api/apps/${name}/actions/${action.resource}/${action.name}`,
        express.json({ limit: BODY_LIMIT }),
        carryOut(context, action),
      );
    }
    if (admin?.router) router.use(`/api/apps/${name}`, admin.router(context), answerUnknown);
  }
  return router;
}

function carryOut(context: AppContext, { name, resource, run }: AdminAction): RequestHandler {
  const { database } = context.platform;
  return async (request, response) => {
    const input: Record<string, unknown> = Object(request.body);
    const ids = readIds(input['ids']);
    if (ids === undefined) {
      response.status(400).json({ detail: `"ids" has to list 1 to ${MOST_ROWS_OF_AN_ACTION} UUIDs` });
      return;
    }
    const actor = signedIn(request);
    const entry = { actor, action: name, resource, recordIds: ids };
    try {
      const message = await run(context, { ids, input, username: actor.username });
      await recordAudit(database, { ...entry, outcome: 'done', detail: message });
      response.json({ message });
    } catch (error) {
      const isExpected = error instanceof AdminActionError;
      const detail = isExpected ? error.message : error instanceof Error ? error.name : 'unknown error';
      await recordAudit(database, { ...entry, outcome: 'failed', detail });
      if (!isExpected) throw error;
      response.status(409).json({ detail });
    }
  };
}

function readIds(sent: unknown): string[] | undefined {
  if (!Array.isArray(sent) || sent.length === 0 || sent.length > MOST_ROWS_OF_AN_ACTION) return undefined;
  const ids = sent.filter((id): id is string => typeof id === 'string' && isUuid(id));
  return ids.length === sent.length ? [...new Set(ids)] : undefined;
}

const answerUnknown: RequestHandler = (_request, response) => {
  response.status(404).json({ detail: 'There is no such thing any more.' });
};
