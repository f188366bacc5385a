import { type Request, type RequestHandler, Router } from 'express';
import {
  type AdminAction,
  AdminActionError,
  type AdminActionRequest,
  type AdminMatching,
} from '../app-kit/admin/action.ts';
import type { AppContext } from '../app-kit/app-context.ts';
import type { LoadedApp } from '../app-kit/loaded-apps.ts';
import { recordAudit } from './access/audit.ts';
import { signedIn } from './access/signed-in.ts';
import { answerRefusal } from './action-refused.ts';
import { doRound } from './matching-rounds.ts';
import { readIds } from './read-ids.ts';
import { readStorableJson } from './storable-requests.ts';

/** Rows of one batch of an action on everything that matches. */
const BATCH_ROWS = 100;

/** The ids of many rows, and what goes with them. */
const BODY_LIMIT = '200kb';

/**
 * What the apps' own pages ask for: below `/api/apps/{name}` what they read, and as
 * `POST /api/apps/{name}/actions/{resource}/{action}` with `{"ids": […], …}` what operators do, each time with a line
 * in the audit log; as `…/matching/{resource}/{action}` with `{"filter": {…}, "place"?, "until"?}` to everything that
 * matches, in rounds. Roles are checked before, as for everything.
 */
export function createAppRoutes(apps: readonly LoadedApp[]): Router {
  const router = Router();
  for (const { app, admin, context } of apps) {
    const root = `/api/apps/${app.name}`;
    const readBody = readStorableJson(BODY_LIMIT);
    for (const action of admin?.actions ?? []) {
      const { resource, name } = action;
      router.post(`${root}/actions/${resource}/${name}`, readBody, carryOut(context, action));
      const matching = admin?.matching?.find((list) => list.resource === resource);
      if (matching) {
        router.post(
          `${root}/matching/${resource}/${name}`,
          readBody,
          carryOutOnMatching(context, action, matching),
        );
      }
    }
    if (admin?.router) router.use(root, admin.router(context), answerUnknown);
  }
  router.use(answerRefusal);
  return router;
}

function carryOut(context: AppContext, action: AdminAction): RequestHandler {
  return async (request, response) => {
    const input: Record<string, unknown> = Object(request.body);
    const ids = readIds(input['ids']);
    const outcome = await runAudited(
      context,
      action,
      { ids, input, username: signedIn(request).username },
      request,
    );
    const { message, secret, created } = outcome;
    // JSON leaves out what is undefined.
    if (outcome.isDone) response.json({ message, secret, created });
    else response.status(409).json({ detail: message });
  };
}

function carryOutOnMatching(
  context: AppContext,
  action: AdminAction,
  { nextIds }: AdminMatching,
): RequestHandler {
  return async (request, response) => {
    const input: Record<string, unknown> = Object(request.body);
    const filter: Record<string, unknown> = Object(input['filter']);
    const { username } = signedIn(request);
    const round = await doRound(input, {
      nextBatch: (until, after) => nextIds(context, { filter, until, after, limit: BATCH_ROWS }),
      act: async (ids) => (await runAudited(context, action, { ids, input, username }, request)).count,
    });
    response.json(round);
  };
}

/** What became of an action, in words; `count` is of the rows that it was done to. */
interface Outcome {
  readonly isDone: boolean;
  readonly message: string;
  readonly count: number;
  readonly secret?: string | undefined;
  readonly created?: string | undefined;
}

/** Runs an action, and writes the line of the audit log about it. */
async function runAudited(
  context: AppContext,
  { name, resource, run }: AdminAction,
  asked: AdminActionRequest,
  request: Request,
): Promise<Outcome> {
  const { database } = context.platform;
  const entry = { actor: signedIn(request), action: name, resource, recordIds: asked.ids };
  try {
    const done = await run(context, asked);
    const outcome = typeof done === 'string' ? { message: done, count: asked.ids.length } : done;
    await recordAudit(database, { ...entry, outcome: 'done', detail: outcome.message });
    return { isDone: true, ...outcome };
  } catch (error) {
    const isExpected = error instanceof AdminActionError;
    const detail = isExpected ? error.message : error instanceof Error ? error.name : 'unknown error';
    await recordAudit(database, { ...entry, outcome: 'failed', detail });
    if (!isExpected) throw error;
    return { isDone: false, message: detail, count: 0 };
  }
}

const answerUnknown: RequestHandler = (_request, response) => {
  response.status(404).json({ detail: 'It does not exist, or no longer.' });
};
