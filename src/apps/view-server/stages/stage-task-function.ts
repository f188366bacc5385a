import { defineTaskFunction, type TaskFunction } from '../../../queue/index.ts';
import type { StageWork } from './run-stage.ts';
import type { Stage, StageArguments, StageTasks } from './stage.ts';

/** The work of a stage that this server does. */
export interface StageTaskDefinition {
  readonly stage: Stage;
  /** How long an attempt may run. */
  readonly timeoutSeconds: number;
  /** Attempts before the item fails. */
  readonly attempts: number;
  readonly loadWork: () => Promise<StageWork>;
  /** All stages whose work this server does. */
  readonly tasks: () => StageTasks;
}

/** Defines the task function of a stage: `view_server.register`. */
export function defineStageTask({
  stage,
  timeoutSeconds,
  attempts,
  loadWork,
  tasks,
}: StageTaskDefinition): TaskFunction<StageArguments, null> {
  return defineTaskFunction<StageArguments, null>({
    name: `view_server.${stage}`,
    timeoutSeconds,
    retry: { maxAttempts: attempts, delaySeconds: 2, backoff: 3, maxDelaySeconds: 120, jitter: 0.2 },
    async load() {
      const [{ stageHandler }, work] = await Promise.all([import('./run-stage.ts'), loadWork()]);
      return stageHandler({ work, tasks: tasks(), lastAttempt: attempts });
    },
    async onLost(...lost) {
      const { onStageLost } = await import('./run-stage.ts');
      await onStageLost(tasks())(...lost);
    },
  });
}
