import express, { type Request, Router } from 'express';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { charsetOf, decodeBody } from '../../../platform/http/body-text.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { type AddedList, addEndpointList } from '../endpoints/add-endpoints.ts';
import { EndpointListError } from '../endpoints/endpoint-lines.ts';
import { registryTasksOf } from '../tasks.ts';
import { readCatalog } from './endpoints-router.ts';
import { FieldError, replyToFieldError } from './field-error.ts';
import { booleanField, textField } from './read-fields.ts';
import { requireOperator } from './require-account.ts';

/** Where lists of endpoints are added. */
const ENDPOINT_LISTS_PATH = '/registry/api/endpoint-lists';

/** Bytes of a list: ten thousand URLs of some hundred characters. */
const LARGEST_LIST_BYTES = 8 * 1_024 * 1_024;

/** Makes the route by which an operator adds a list of endpoints: a text with one URL a line. */
export function createEndpointListsRouter({ platform, queue }: AppContext, accounts: Accounts): Router {
  const tasks = registryTasksOf(platform, queue);
  const router = Router({ caseSensitive: true });
  router
    .route(ENDPOINT_LISTS_PATH)
    .post(
      requireOperator(accounts),
      express.raw({ type: 'text/*', limit: LARGEST_LIST_BYTES }),
      async (request, response) => {
        const { id: catalogId } = await readCatalog(platform.database, request.query);
        const name = textField(request.query, 'name', 200) ?? 'A list';
        const isGreedy = booleanField(request.query, 'is_greedy');
        const text = readText(request);
        const added = await platform.database
          .transaction((transaction) =>
            addEndpointList(transaction, tasks, { catalogId, name, isGreedy, text }),
          )
          .catch((error: unknown) => {
            throw error instanceof EndpointListError ? new FieldError('body', error.message) : error;
          });
        response.status(201).json(presentList(name, added));
      },
    )
    .all(refuseOtherMethods('POST'));
  router.use(ENDPOINT_LISTS_PATH, replyToFieldError);
  return router;
}

function readText(request: Request): string {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) {
    throw new HttpError(415, 'The body has to be a text (text/plain) with one URL a line.');
  }
  return decodeBody(body, charsetOf(request.get('content-type') ?? ''));
}

function presentList(name: string, added: AddedList): object {
  return {
    id: Number(added.listId),
    uuid: added.uuid,
    name,
    created: added.createdCount,
    existing: added.existingCount,
    refused: added.refusedCount,
    refused_lines: added.refused,
  };
}
