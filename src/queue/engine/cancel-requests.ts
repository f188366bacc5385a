import type { Logger } from '../../platform/logging.ts';
import { cancellationMessage } from '../tasks/cancellation-message.ts';
import type { Backlog } from './backlog.ts';
import type { Crew } from './crew.ts';
import type { EngineRegistry } from './engine-registry.ts';
import type { Monitor } from './monitor.ts';
import type { Verdicts } from './verdict.ts';

/** What {@link CancelRequests} act on. */
export interface CancelRequestsOptions {
  readonly registry: EngineRegistry;
  readonly backlog: Backlog;
  readonly crew: Crew;
  readonly verdicts: Verdicts;
  readonly monitor: Monitor;
  readonly logger: Logger;
}

/** Ends the tasks of this engine that are to be cancelled, and remembers who cancelled them. */
export class CancelRequests {
  readonly #options: CancelRequestsOptions;
  readonly #cancelledBy = new Map<string, string>();

  constructor(options: CancelRequestsOptions) {
    this.#options = options;
  }

  /** Ends what waits here, and asks what runs to stop. */
  async handle(): Promise<void> {
    const { registry, backlog, crew, verdicts, monitor, logger } = this.#options;
    for (const { taskId, cancelledBy } of await registry.cancelRequests()) {
      if (this.#cancelledBy.has(taskId)) continue;
      const waiting = backlog.remove(taskId);
      if (waiting) {
        monitor.store({ ...verdicts.ofCancelled(waiting, cancelledBy), history: { assignment: waiting } });
      } else if (crew.assignments.some(({ task }) => task.id === taskId)) {
        this.#cancelledBy.set(taskId, cancelledBy);
        crew.abort(taskId, { cause: 'cancelled', reason: cancellationMessage(cancelledBy) });
        logger.info({ taskId, cancelledBy }, 'told a task to stop');
      }
    }
  }

  /** Returns who cancelled a task that has ended, and forgets it; `undefined` if it was not cancelled. */
  settle(taskId: string): string | undefined {
    const cancelledBy = this.#cancelledBy.get(taskId);
    this.#cancelledBy.delete(taskId);
    return cancelledBy;
  }
}
