import type { Request, Response } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import { SearchEngineUnavailableError } from '../../../platform/search-engines/search-engine-errors.ts';
import { openIngestionDatabases } from '../databases/ingestion-databases.ts';
import { cancelRefresh } from '../refreshes/cancel-refresh.ts';
import type { Refresh, RefreshRequest } from '../refreshes/refresh.ts';
import type { RefreshTasks } from '../refreshes/refresh-tasks.ts';
import { hexadecimalId, ModelBusyError, requestRefresh } from '../refreshes/request-refresh.ts';
import { findRefresh, listRefreshes } from '../refreshes/stored-refreshes.ts';
import { stepsOf } from '../refreshes/stored-steps.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import type { DescribedName, SearchEngine } from '../search-engines/search-engine.ts';
import { InvalidIndexNameError } from '../search-engines/search-engine-errors.ts';
import { ingestionSettings } from '../settings.ts';
import { refreshTasksOf } from '../tasks.ts';
import { checkDependencies } from './dependencies.ts';
import { IngestionApiError, invalidBody } from './ingestion-api-error.ts';
import { refuseDeletion } from './refuse-deletion.ts';
import { taskObject } from './task-object.ts';
import { readTaskRequest, TaskBodyError } from './task-request.ts';

/** The calls of the API, each from its request to its response. */
export class IngestionCalls {
  readonly #context: AppContext;
  readonly #tasks: RefreshTasks;
  readonly #isStrict: boolean;

  constructor(context: AppContext) {
    this.#context = context;
    this.#tasks = refreshTasksOf(context.queue);
    this.#isStrict = context.platform.settingsOf(ingestionSettings).api.compatibility === 'strict';
  }

  /** Says that the server runs; with `check_deps=true`, whether everything that it needs does. */
  async checkHealth(request: Request, response: Response): Promise<void> {
    const isAsked = String(request.query['check_deps'] ?? '').toLowerCase() === 'true';
    const faults = isAsked
      ? await this.#withSearchEngine((searchEngine, databases) => checkDependencies(searchEngine, databases))
      : undefined;
    if (faults === undefined) response.json({ status: '200 OK' });
    else response.status(503).json({ status: '503 Service Unavailable', dependencies: faults });
  }

  /** Lists tasks in the order in which they ended. */
  async listTasks(response: Response): Promise<void> {
    const { database } = this.#context.platform;
    const refreshes = await listRefreshes(database);
    const steps = await stepsOf(
      database,
      refreshes.map(({ id }) => id),
    );
    response.json(refreshes.map((refresh) => taskObject(refresh, steps.get(refresh.id) ?? [])));
  }

  /** Returns one task. */
  async getTask(request: Request<{ id: string }>, response: Response): Promise<void> {
    response.json(await this.#present(await this.#find(request.params.id)));
  }

  /** Accepts a task. */
  async createTask(request: Request, response: Response): Promise<void> {
    const accepted = await this.#accept(this.#read(request.body), requesterOf(request));
    const taskId = hexadecimalId(accepted.id);
    response.status(202).json({
      message: 'Successfully scheduled task',
      task_id: taskId,
      status_check: `${request.protocol}://${request.host}${request.originalUrl.split('?')[0]}/${taskId}`,
    });
  }

  /** Cancels a task. @throws {IngestionApiError} 404 if there is none; 409 if its tables are being swapped. */
  async cancelTask(request: Request<{ id: string }>, response: Response): Promise<void> {
    const { database } = this.#context.platform;
    const { id } = await this.#find(request.params.id);
    const outcome = await cancelRefresh(database, this.#tasks, id, requesterOf(request));
    if (outcome === 'promoting') {
      throw new IngestionApiError(409, { message: 'The tables are being swapped; that is not broken off.' });
    }
    response.json(await this.#present(await this.#find(id)));
  }

  /** Says what a name is to the search engine. */
  async describeName(request: Request<{ name: string }>, response: Response): Promise<void> {
    const described = await this.#withSearchEngine((searchEngine) =>
      describe(searchEngine, request.params.name),
    );
    switch (described.kind) {
      case 'missing':
        response.json({ exists: false, is_alias: null, alt_names: null });
        break;
      case 'index':
        response.json({ exists: true, is_alias: false, alt_names: described.aliases });
        break;
      case 'alias':
        response.json({ exists: true, is_alias: true, alt_names: described.indexName });
    }
  }

  #read(body: unknown): RefreshRequest {
    try {
      return readTaskRequest(body);
    } catch (error) {
      if (error instanceof TaskBodyError) throw invalidBody(this.#isStrict, error.message);
      throw error;
    }
  }

  async #accept(request: RefreshRequest, requestedBy: string): Promise<Refresh> {
    try {
      if (request.action === 'DELETE_INDEX') await this.#refuseAtOnce(request);
      return await requestRefresh(this.#context.platform.database, this.#tasks, request, {
        requestedBy,
        refusesBusy: this.#isStrict,
      });
    } catch (error) {
      if (error instanceof InvalidIndexNameError) throw invalidBody(this.#isStrict, error.message);
      if (error instanceof ModelBusyError) {
        throw new IngestionApiError(409, {
          message: `A task of the model ${error.running.model} is running.`,
          task_id: hexadecimalId(error.running.id),
        });
      }
      throw error;
    }
  }

  #refuseAtOnce(request: RefreshRequest): Promise<void> {
    return this.#withSearchEngine((searchEngine) => refuseDeletion(request, searchEngine, this.#isStrict));
  }

  async #find(id: string): Promise<Refresh> {
    const isId = /^[0-9a-f]{32}$/i.test(hexadecimalId(id));
    const refresh = isId ? await findRefresh(this.#context.platform.database, id) : undefined;
    if (refresh) return refresh;
    throw new IngestionApiError(404, { message: `No task found with id ${id.slice(0, 100)}.` });
  }

  async #present(refresh: Refresh) {
    const steps = await stepsOf(this.#context.platform.database, [refresh.id]);
    return taskObject(refresh, steps.get(refresh.id) ?? []);
  }

  /** Connections to the search engine and to both databases are opened for one call: few calls need them. */
  async #withSearchEngine<Result>(
    use: (
      searchEngine: SearchEngine,
      databases: ReturnType<typeof openIngestionDatabases>,
    ) => Promise<Result>,
  ): Promise<Result> {
    const { platform } = this.#context;
    const databases = openIngestionDatabases(platform);
    try {
      const searchEngine = openSearchEngine(platform, databases);
      try {
        return await use(searchEngine, databases);
      } finally {
        await searchEngine.close();
      }
    } catch (error) {
      if (!(error instanceof SearchEngineUnavailableError)) throw error;
      platform.logger.warn({ reason: errorMessage(error) }, 'the search engine could not be reached');
      throw new IngestionApiError(503, { message: 'The search engine cannot be reached.' });
    } finally {
      await databases.close();
    }
  }
}

function requesterOf({ ip = 'an unknown address' }: Pick<Request, 'ip'>): string {
  return `the API, from ${ip}`;
}

/** A name that no index can have is that of none. */
async function describe(searchEngine: SearchEngine, name: string): Promise<DescribedName> {
  try {
    return await searchEngine.describe(name);
  } catch (error) {
    if (error instanceof InvalidIndexNameError) return { kind: 'missing' };
    throw error;
  }
}
