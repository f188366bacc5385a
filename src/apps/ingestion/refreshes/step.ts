import type { Database } from '../../../platform/database/connection.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { JsonValue, TaskQueue } from '../../../queue/index.ts';
import type { IngestionDatabases } from '../databases/ingestion-databases.ts';
import type { IngestionModel } from '../models/model.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import type { IngestionSettings } from '../settings.ts';
import type { Refresh } from './refresh.ts';
import type { Notice, RefreshTasks } from './refresh-tasks.ts';

/** How far a step is. What is not known is left out. */
export interface StepProgress {
  readonly rowsDone: number;
  readonly rowsTotal?: number | undefined;
  readonly bytesDone?: number | undefined;
  readonly bytesTotal?: number | undefined;
}

/** What a step works with. */
export interface StepContext {
  readonly refresh: Refresh;
  readonly model: IngestionModel;
  /** The database with the app's own tables, schema `ingestion`. */
  readonly database: Database;
  readonly databases: IngestionDatabases;
  readonly searchEngine: SearchEngine;
  readonly settings: IngestionSettings;
  readonly platform: Platform;
  readonly queue: TaskQueue;
  readonly tasks: RefreshTasks;
  /** Fires when the step should stop: the refresh was cancelled, or the worker has to go. Pass it to everything that waits. */
  readonly signal: AbortSignal;
  /** Its lines have the ids of the refresh and of the task. */
  readonly logger: Logger;
  /** Stores how far the step is. Cheap: at most one write a second. */
  readonly report: (progress: StepProgress) => void;
  /** Returns what an earlier step of this refresh has returned; `undefined` if it has not run. */
  readonly resultOf: (stepName: string) => Promise<JsonValue | undefined>;
}

/** How a step has ended. */
export interface StepOutcome {
  readonly progress: StepProgress;
  /** What later steps or readers need of it. */
  readonly result?: JsonValue;
  /** One sentence for people, where this is the last step. */
  readonly message?: string;
  /** What else the messages to people say, without the name of the model. */
  readonly notices?: readonly Notice[];
}

/**
 * Does one step of a refresh. It may run more than once, as its worker can die at any moment: it finds out what it has done
 * before, and goes on or begins anew. Only one worker at a time runs a step of a model.
 *
 * Thrown errors let it be tried again, except {@link RefreshRefusedError} and the queue's `PermanentTaskError`, which end the
 * refresh.
 *
 * @returns how it has ended; `'in slices'` if tasks that it has enqueued go on with it, and the last of them ends it.
 */
export type RunStep = (context: StepContext) => Promise<StepOutcome | 'in slices'>;

/** A refresh cannot be done as it was requested. Another attempt would say the same. */
export class RefreshRefusedError extends Error {
  override readonly name = 'RefreshRefusedError';
  /** Whether the request was at fault, rather than what was found in the databases. */
  readonly isBadRequest: boolean;

  constructor(message: string, options: ErrorOptions & { readonly isBadRequest?: boolean } = {}) {
    super(message, options);
    this.isBadRequest = options.isBadRequest ?? false;
  }
}
