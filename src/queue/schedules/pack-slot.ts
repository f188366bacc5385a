import type { PackedTask } from '../tasks/packing.ts';
import { newTaskId, taskNameOf } from '../tasks/task-identity.ts';
import type { StoredSchedule } from './stored-schedule.ts';

/**
 * The task of one slot of a schedule. What it holds was checked, and its secrets were sealed, when the schedule was
 * made: an engine need not know the function, which may be newer than the engine.
 */
export function packSlot(schedule: StoredSchedule, slot: Date): PackedTask {
  const id = newTaskId();
  const { intendedDateKwarg, hook, taskOptions } = schedule;
  const options = { ...taskOptions, ...(hook === null ? {} : { hook }) };
  return {
    task: {
      id,
      name: schedule.taskName ?? taskNameOf(id),
      func: schedule.func,
      args:
        intendedDateKwarg === null
          ? schedule.args
          : { ...schedule.args, [intendedDateKwarg]: slot.toISOString() },
      group: schedule.name ?? schedule.id,
      started: new Date().toISOString(),
      ...(Object.keys(options).length === 0 ? {} : { options }),
    },
    delaySeconds: undefined,
  };
}
