import type { Database } from '../../../platform/database/connection.ts';
import { LeaseRefusedError } from '../../leases/leasing.ts';
import type { Delivery } from '../broker.ts';
import type { Admission } from './admission.ts';
import type { Announcements } from './announcements.ts';
import { type DirectTurns, takeDirectly } from './direct-turns.ts';

/** How long packages are given slots before they are taken, once too many were in the way. */
const PAUSE_MILLISECONDS = 1_000;

/** What {@link DirectTaking} needs. */
export interface DirectTakingOptions {
  readonly database: Database;
  readonly queueName: string;
  readonly admission: Admission;
  readonly announcements: Announcements;
}

/** What was taken directly. */
export interface DirectlyTaken {
  readonly deliveries: readonly Delivery[];
  /** The priorities of these. */
  readonly priorities: readonly number[];
  /** Whether there is no room for more, or nothing more that could be taken now. Otherwise slots have to be given to packages. */
  readonly isFinal: boolean;
}

/** Takes packages that wait for a slot without giving them slots first, where that may do. */
export class DirectTaking {
  readonly #options: DirectTakingOptions;
  /** By `performance.now()`. */
  #pausedUntil = 0;

  constructor(options: DirectTakingOptions) {
    this.#options = options;
  }

  /**
   * Takes what it can; see {@link takeDirectly}.
   *
   * @throws {LeaseRefusedError}
   */
  async take(limit: number, engineId: string): Promise<DirectlyTaken> {
    const deliveries: Delivery[] = [];
    const priorities: number[] = [];
    const { admission, announcements } = this.#options;
    while (performance.now() >= this.#pausedUntil && admission.expectsSlots) {
      if (deliveries.length >= limit) {
        // What this engine has no room for is for the others.
        if (limit > 0) announcements.announceSlots();
        else announcements.announceSlots(admission.passFreed());
        return { deliveries, priorities, isFinal: true };
      }
      const taken = await this.#takeOnce(limit - deliveries.length, engineId).catch((error: unknown) => {
        // What was taken before the engine was refused more is its own all the same.
        if (deliveries.length === 0 || !(error instanceof LeaseRefusedError)) throw error;
      });
      if (!taken) break;
      deliveries.push(...taken.deliveries);
      priorities.push(...taken.priorities);
      if (taken.left === 'nothing') return { deliveries, priorities, isFinal: true };
      if (taken.left === 'much in the way') this.#pausedUntil = performance.now() + PAUSE_MILLISECONDS;
      if (taken.left !== 'more') break;
    }
    return { deliveries, priorities, isFinal: false };
  }

  #takeOnce(limit: number, engineId: string): Promise<DirectTurns> {
    const { database, queueName, admission } = this.#options;
    return admission.takeDirectly(() => takeDirectly(database, { queueName, engineId, limit }));
  }
}
