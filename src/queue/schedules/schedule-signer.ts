import type { Platform } from '../../platform/platform.ts';
import { CHANGED_ROW, RowSigner } from '../tasks/row-signer.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/** A schedule was changed in the database, or signed with another key: it enqueues nothing. */
export class ScheduleSignatureError extends Error {
  override readonly name = 'ScheduleSignatureError';

  constructor() {
    super(`Nothing was enqueued: ${CHANGED_ROW}. To sign it again, check it, and save it.`);
  }
}

/** What the tasks of a schedule are made of. When they are made is not signed: that changes with each slot. */
export type SignedSchedule = Pick<
  StoredSchedule,
  'id' | 'name' | 'cluster' | 'func' | 'args' | 'hook' | 'taskName' | 'taskOptions' | 'intendedDateKwarg'
>;

/** Signs the rows of schedules. */
export class ScheduleSigner {
  readonly #signer: RowSigner;

  constructor(platform: Pick<Platform, 'settings'>) {
    this.#signer = new RowSigner(platform, 'schedule');
  }

  /** Returns the signature of a schedule. */
  sign(schedule: SignedSchedule): string {
    return this.#signer.sign(contentOf(schedule));
  }

  /** Whether a schedule is what was signed. */
  isSigned(schedule: StoredSchedule): boolean {
    return schedule.signature !== null && this.#signer.verify(contentOf(schedule), schedule.signature);
  }

  /** Refuses a schedule that is not what was signed. @throws {ScheduleSignatureError} */
  verify(schedule: StoredSchedule): void {
    if (!this.isSigned(schedule)) throw new ScheduleSignatureError();
  }
}

function contentOf(schedule: SignedSchedule): SignedSchedule {
  const { id, name, cluster, func, args, hook, taskName, taskOptions, intendedDateKwarg } = schedule;
  return { id, name, cluster, func, args, hook, taskName, taskOptions, intendedDateKwarg };
}
