import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { pushItems } from '../../../src/apps/view-server/stages/push-items.ts';
import { onStageLost, type StageWork, stageHandler } from '../../../src/apps/view-server/stages/run-stage.ts';
import {
  STAGES,
  type Stage,
  type StageArguments,
  type Stages,
  type StageTasks,
} from '../../../src/apps/view-server/stages/stage.ts';
import { readInstallation } from '../../../src/installation.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { defineTaskFunction, openTaskQueue, type TaskContext } from '../../../src/queue/index.ts';
import { createTestDatabase } from '../../support/database.ts';

/** An attempt, as tests compare it. */
export interface StoredAttempt {
  readonly stage: Stage;
  readonly path: string;
  readonly number: number;
  readonly state: string;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly task_id: string | null;
}

/** The stages with a database of a test's own. A stage's work is the test's; its tasks are run by the test. */
export class StagesUnderTest {
  readonly platform: Platform;
  readonly stages: Stages;
  readonly #stop: () => Promise<void>;
  /** The attempt after which no other follows. */
  static readonly LAST_ATTEMPT = 3;

  private constructor(platform: Platform, stages: Stages, stop: () => Promise<void>) {
    this.platform = platform;
    this.stages = stages;
    this.#stop = stop;
  }

  /** @param work of all stages. Left out, outside workers do it. */
  static async start(work?: StageWork, differing: NodeJS.ProcessEnv = {}): Promise<StagesUnderTest> {
    const test = await createTestDatabase();
    const { settings } = readInstallation({
      INSTALLED_APPS: 'view-server',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      ...differing,
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 10 });
    const queue = openTaskQueue(platform);
    const tasks: StageTasks = work ? tasksOf(work) : {};
    return new StagesUnderTest(
      platform,
      { queue, tasks, maximumDeliveries: 3, limitsPerCollection: { preprocess: 2, register: 2, seed: 2 } },
      async () => {
        await queue.close();
        await platform.close();
        await test.drop();
      },
    );
  }

  /** Stops everything, and drops the database. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Does something in one transaction. */
  transaction<T>(run: (transaction: Knex.Transaction) => Promise<T>): Promise<T> {
    return this.platform.database.transaction(run);
  }

  /** Pushes paths. */
  push(stage: Stage, paths: readonly string[], isUrgent = false): Promise<boolean[]> {
    const items = paths.map((path) => ({ path }));
    return this.transaction((transaction) =>
      pushItems(transaction, this.stages, { stage, collection: 'a-collection', isUrgent, items }),
    );
  }

  /** Returns all attempts, oldest first. */
  attempts(): Promise<StoredAttempt[]> {
    return this.platform
      .database('view_server.attempts as attempt')
      .join('view_server.items as item', 'item.id', 'attempt.item_id')
      .orderBy(['item.id', 'attempt.number'])
      .select('item.stage', 'item.path', 'number', 'state', 'reason', 'outcome', 'task_id');
  }

  /** Returns the newest task of an item that waits or runs. */
  async taskIdOf(stage: Stage, path: string): Promise<string> {
    const attempts = await this.attempts();
    const taskId = attempts.findLast((each) => each.stage === stage && each.path === path)?.task_id;
    if (!taskId) throw new Error(`${stage} ${path} has no task`);
    return taskId;
  }

  /** Runs the task of an item, as an engine would. */
  async run(
    stage: Stage,
    path: string,
    { taskId, attempt = 1 }: { taskId?: string; attempt?: number } = {},
  ): Promise<void> {
    const handler = await this.stages.tasks[stage]?.load();
    const id = taskId ?? (await this.taskIdOf(stage, path));
    await handler?.({ stage, path }, this.#context(id, attempt));
  }

  /** Tells the stage that the worker of its task is gone. */
  async lose(stage: Stage, path: string, nextAttemptSeconds: number | undefined): Promise<void> {
    const taskId = await this.taskIdOf(stage, path);
    await this.transaction(async (transaction) => {
      await this.stages.tasks[stage]?.onLost?.(
        { stage, path },
        { error: 'The worker died.' },
        {
          taskId,
          transaction,
          platform: this.platform,
          nextAttemptSeconds,
          isCancelled: false,
          progress: null,
        },
      );
    });
  }

  #context(taskId: string, attempt: number): TaskContext {
    const { signal } = new AbortController();
    const { platform } = this;
    return { taskId, attempt, signal, progress: () => {}, logger: platform.logger, platform };
  }
}

function tasksOf(work: StageWork): StageTasks {
  const tasks: { [Name in Stage]?: StageTasks[Name] } = {};
  const run = { work, tasks, lastAttempt: StagesUnderTest.LAST_ATTEMPT };
  for (const stage of STAGES) {
    tasks[stage] = defineTaskFunction<StageArguments, null>({
      name: `view_server.${stage}_${randomUUID()}`,
      load: async () => stageHandler(run),
      onLost: onStageLost(tasks),
    });
  }
  return tasks;
}
