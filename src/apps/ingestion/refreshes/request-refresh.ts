import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../../../platform/database/connection.ts';
import { checkIndexName, filteredIndexNameOf, indexNameOf } from '../search-engines/index-names.ts';
import { admitNext, lockModel } from './admission.ts';
import type { Refresh, RefreshRequest } from './refresh.ts';
import type { RefreshTasks } from './refresh-tasks.ts';
import { findAdmitted, findRefresh } from './stored-refreshes.ts';
import { insertSteps } from './stored-steps.ts';

/** Another refresh of the model runs. */
export class ModelBusyError extends Error {
  override readonly name = 'ModelBusyError';
  readonly running: Refresh;

  constructor(running: Refresh) {
    super(`The refresh ${hexadecimalId(running.id)} of the model ${running.model} runs`);
    this.running = running;
  }
}

/** Options of {@link requestRefresh}. */
export interface RequestOptions {
  /** The id that it gets: a UUID. Default: a new one. */
  readonly id?: string;
  /** Who requests it, for people. */
  readonly requestedBy: string;
  /** Whether a refresh is refused while another of its model runs or waits, rather than wait for it. Default: false. */
  readonly refusesBusy?: boolean;
}

/**
 * Accepts a refresh: it is stored, and begins once no other of its model runs.
 *
 * @throws {ModelBusyError}
 * @throws {InvalidIndexNameError} if an alias or a suffix cannot be part of a name in the search engine.
 */
export async function requestRefresh(
  database: Database,
  tasks: RefreshTasks,
  request: RefreshRequest,
  { id = randomUUID(), requestedBy, refusesBusy = false }: RequestOptions,
): Promise<Refresh> {
  const indexSuffix = request.indexSuffix ?? hexadecimalId(id);
  checkNames(request, indexSuffix);
  return database.transaction(async (transaction) => {
    await lockModel(transaction, request.model);
    const running = refusesBusy ? await findAdmitted(transaction, request.model) : undefined;
    if (running) throw new ModelBusyError(running);
    await insertRefresh(transaction, { ...request, id, indexSuffix, requestedBy });
    await admitNext(transaction, tasks, request.model);
    const stored = await findRefresh(transaction, id);
    if (!stored) throw new Error(`The refresh ${id} was not stored`);
    return stored;
  });
}

/**
 * Accepts refreshes of one model that run one after another: each begins once the one before was successful; otherwise those
 * behind it are cancelled. Others that wait run before the first or after the last.
 *
 * @param chain its first id is that of the first refresh: a chain that was accepted before is not accepted again.
 * @returns whether it was accepted now.
 */
export async function requestChain(
  database: Database,
  tasks: RefreshTasks,
  chain: { readonly id: string; readonly model: string; readonly requestedBy: string },
  requests: readonly (Omit<RefreshRequest, 'model' | 'indexSuffix'> & { readonly indexSuffix: string })[],
): Promise<boolean> {
  const { model, requestedBy } = chain;
  for (const request of requests) checkNames({ ...request, model }, request.indexSuffix);
  return database.transaction(async (transaction) => {
    await lockModel(transaction, model);
    if (await findRefresh(transaction, chain.id)) return false;
    let follows: string | undefined;
    for (const request of requests) {
      const id = follows === undefined ? chain.id : randomUUID();
      await insertRefresh(transaction, { ...request, model, id, requestedBy, follows });
      follows = id;
    }
    await admitNext(transaction, tasks, model);
    return true;
  });
}

/** The id of a refresh as callers know it: 32 hexadecimal digits. */
export function hexadecimalId(id: string): string {
  return id.replaceAll('-', '');
}

/** Aliases, and indexes with these suffixes, are named to the search engine. */
function checkNames(
  { model, alias, originIndexSuffix, destinationIndexSuffix }: RefreshRequest,
  suffix: string,
): void {
  if (alias !== undefined) checkIndexName(alias);
  indexNameOf(model, suffix);
  if (originIndexSuffix !== undefined) indexNameOf(model, originIndexSuffix);
  if (destinationIndexSuffix !== undefined) filteredIndexNameOf(model, destinationIndexSuffix);
}

async function insertRefresh(
  transaction: Knex.Transaction,
  request: RefreshRequest & {
    readonly id: string;
    readonly indexSuffix: string;
    readonly requestedBy: string;
    /** The refresh before it in its chain. */
    readonly follows?: string | undefined;
  },
): Promise<void> {
  await transaction('ingestion.refreshes').insert({
    id: request.id,
    model: request.model,
    action: request.action,
    index_suffix: request.indexSuffix,
    alias: request.alias,
    since_date: request.sinceDate,
    origin_index_suffix: request.originIndexSuffix,
    destination_index_suffix: request.destinationIndexSuffix,
    is_forced: request.isForced ?? false,
    callback_url: request.callbackUrl,
    requested_by: request.requestedBy,
    follows: request.follows,
  });
  await insertSteps(transaction, request);
}
