import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import {
  exactBody,
  type JsonBodyOptions,
  readJson,
  refuseUnreadable,
} from '../../../platform/http/json-body.ts';
import { requestLogger } from '../../../platform/http/request-log.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { DlcsClient, DlcsError } from '../dlcs/dlcs-client.ts';
import { compositeSettings } from '../settings.ts';
import { fairnessKeyOf } from '../tasks.ts';
import { CallerCheck, TooManyCallsError } from './caller-check.ts';
import { Collections } from './collections.ts';
import { InvalidSubmissionError, parseSubmission } from './submission.ts';

/** What a submission may be sent as, and how large it may be. */
export const SUBMISSION_BODY: JsonBodyOptions = {
  mediaTypes: ['application/json', 'application/ld+json'],
  limitBytes: 5 * 1024 * 1024,
};

const FORBIDDEN = 'You do not have permission to perform this action.';

const SUBMISSION_PATHS: [string, string] = [
  '/customers/:customer/queue',
  '/customers/:customer/queue/priority',
];
const PRIORITY_PATH = /\/priority\/?$/;

/** The greatest value of a Postgres `integer`: there is no customer beyond. */
const LARGEST_CUSTOMER = 2_147_483_647;

/**
 * The routes by which callers submit collections and ask after them.
 *
 * A request is checked in this order, so that a stranger cannot make us read, parse or look for anything: the
 * path (404), the method (405), whether there is an `Authorization` at all (403), what the headers say of the
 * body (415, 413), the credentials at the DLCS (403, 429, 502, 503), whether the customer has too much waiting (429),
 * and only then the body (400, 413). A collection has to be looked up before its customer's credentials can be
 * checked, so an unknown one is 404 to everybody who sends any.
 */
export function createRouter(context: AppContext): Router {
  const collections = new Collections(context);
  const { platform } = context;
  const settings = platform.settingsOf(compositeSettings);
  const { mostWaitingMembers } = settings.submissions;
  const callers = new CallerCheck(
    new DlcsClient(settings.dlcs, platform.settings.outgoing),
    settings.callers,
  );
  const router = Router({ caseSensitive: true });

  const authorize = async (customer: number, request: Request, response: Response): Promise<void> => {
    const aborted = new AbortController();
    // A caller who has gone away needs no response of the DLCS either.
    response.once('close', () => aborted.abort());
    const isAllowed = await callers.isAllowed({
      customer,
      authorization: authorizationOf(request),
      address: request.ip ?? '',
      signal: aborted.signal,
    });
    if (!isAllowed) throw new HttpError(403, FORBIDDEN);
  };

  const authorizeCustomer: RequestHandler<CustomerPath> = async (request, response, next) => {
    await authorize(Number(request.params.customer), request, response);
    next();
  };

  const refuseTooMuchWaiting: RequestHandler<CustomerPath> = async (request, response, next) => {
    if (mostWaitingMembers > 0) {
      const customer = Number(request.params.customer);
      const seconds = await context.queue.secondsUntilRoom(fairnessKeyOf(customer), mostWaitingMembers);
      if (seconds !== undefined) {
        response.set('Retry-After', String(seconds));
        throw new HttpError(
          429,
          `Customer ${customer} has ${mostWaitingMembers} members waiting, or more, and cannot submit others yet. Try again in ${seconds} seconds.`,
        );
      }
    }
    next();
  };

  const authorizeCollection: RequestHandler<CollectionPath> = async (request, response, next) => {
    const { collection, member } = request.params;
    const isFindable = [collection, member].every((id) => id === undefined || isUuid(id));
    const customer = isFindable ? await collections.customerOf(collection, member) : undefined;
    if (customer === undefined) return void response.status(404).end();
    await authorize(customer, request, response);
    next();
  };

  router
    .route(SUBMISSION_PATHS)
    .all(requireCustomer)
    .post(
      requireAuthorization,
      refuseUnreadable(SUBMISSION_BODY),
      authorizeCustomer,
      refuseTooMuchWaiting,
      readJson(SUBMISSION_BODY),
      async (request, response) => {
        const composites = parseSubmission(request.body, exactBody(request));
        const customer = Number(request.params.customer);
        const isPriority = PRIORITY_PATH.test(request.path);
        const body = await collections.add(customer, composites, authorizationOf(request), isPriority);
        requestLogger(request).info(
          { customer, collection: body.id, isPriority, memberCount: composites.length },
          'collection accepted',
        );
        response.status(202).json(body);
      },
    )
    .all(refuseOtherMethods('POST'));

  router
    .route('/collections/:collection')
    .get(requireAuthorization, authorizeCollection, async (request, response) => {
      response.set('Cache-Control', 'no-store').json(await collections.read(request.params.collection));
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route('/collections/:collection/members/:member')
    .get(requireAuthorization, authorizeCollection, async (request, response) => {
      const { collection, member } = request.params;
      const body = await collections.readMember(collection, member);
      if (!body) return void response.status(404).end();
      response
        .set('Cache-Control', 'no-store')
        .status(body.status === 'ERROR' ? 422 : 200)
        .json(body);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router.use(answerKnownError);
  return router;
}

type CustomerPath = { customer: string };
type CollectionPath = { collection: string; member?: string };

const requireCustomer: RequestHandler<CustomerPath> = (request, _response, next) => {
  const { customer } = request.params;
  // Without this route the path is an unknown one.
  next(/^\d+$/.test(customer) && Number(customer) <= LARGEST_CUSTOMER ? undefined : 'route');
};

const requireAuthorization: RequestHandler<CustomerPath | CollectionPath> = (request, _response, next) => {
  authorizationOf(request);
  next();
};

function authorizationOf(request: Pick<Request, 'headers'>): string {
  const { authorization } = request.headers;
  if (!authorization) throw new HttpError(403, FORBIDDEN);
  return authorization;
}

// Express knows an error handler by its four parameters.
function answerKnownError(error: unknown, request: Request, response: Response, next: NextFunction): void {
  if (error instanceof InvalidSubmissionError) {
    response.status(400).json({ json_data: error.faults });
  } else if (error instanceof TooManyCallsError) {
    response
      .status(error.status)
      .set('Retry-After', String(error.waitSeconds))
      .json({ detail: error.message });
  } else if (error instanceof DlcsError) {
    requestLogger(request).warn({ err: error }, 'the credentials could not be checked');
    response.status(502).json({ detail: error.message });
  } else if (error instanceof URIError) {
    // A part of the path that cannot be decoded is the name of nothing.
    response.status(404).end();
  } else next(error);
}
