import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { InstalledApps } from '../../../../src/app-kit/installed-apps.ts';
import { openApplication } from '../../../../src/application.ts';
import { findProduct } from '../../../../src/apps/view-server/catalogue/find-product.ts';
import { openStages } from '../../../../src/apps/view-server/stages/open-stages.ts';
import { pushItems } from '../../../../src/apps/view-server/stages/push-items.ts';
import type { Stage } from '../../../../src/apps/view-server/stages/stage.ts';
import { STAGE_TASKS } from '../../../../src/apps/view-server/stages/stage-tasks.ts';
import { readInstallation } from '../../../../src/installation.ts';
import { listen } from '../../../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../../../src/platform/platform.ts';
import { openTaskQueue, type TaskQueue } from '../../../../src/queue/index.ts';
import { createTestDatabase } from '../../../support/database.ts';

/** An item with its newest attempt. */
export interface ItemState {
  readonly outcome: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly task_id: string;
}

/** The registrar with folders and a database of a test's own; its tasks are run by the test. */
export class RegistrationSite {
  /** For processes beside this one. */
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: Platform;
  readonly queue: TaskQueue;
  /** Where products are. */
  readonly target: string;
  /** Where reports are. */
  readonly reports: string;
  readonly #apps: InstalledApps;
  readonly #stop: () => Promise<void>;
  #stopServer: (() => Promise<void>) | undefined;

  private constructor(
    environment: NodeJS.ProcessEnv,
    apps: InstalledApps,
    platform: Platform,
    queue: TaskQueue,
    folder: string,
    stop: () => Promise<void>,
  ) {
    this.environment = environment;
    this.#apps = apps;
    this.platform = platform;
    this.queue = queue;
    this.target = join(folder, 'products');
    this.reports = join(folder, 'reports');
    this.#stop = stop;
  }

  /** @param collections the file of collections, as JSON, with `SOURCE` and `TARGET` for the folders of packages and products. */
  static async start(collections?: object, differing: NodeJS.ProcessEnv = {}): Promise<RegistrationSite> {
    const [test, folder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'registrar-'))]);
    const file = join(folder, 'collections.yaml');
    await mkdir(join(folder, 'products'));
    await mkdir(join(folder, 'packages'));
    if (collections) {
      const text = JSON.stringify(collections)
        .replaceAll('SOURCE', join(folder, 'packages'))
        .replaceAll('TARGET', join(folder, 'products'));
      await writeFile(file, text);
    }
    const environment: NodeJS.ProcessEnv = {
      INSTALLED_APPS: 'view-server',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      WEB_SERVER_SCHEME: 'https',
      WEB_SERVER_HOSTNAME: 'maps.example.org',
      VIEW_SERVER_TARGET: join(folder, 'products'),
      REPORTING_DIR: join(folder, 'reports'),
      ...(collections ? { VIEW_SERVER_COLLECTIONS: file } : {}),
      ...differing,
    };
    const { apps, settings } = readInstallation(environment);
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 10 });
    const queue = openTaskQueue(platform);
    return new RegistrationSite(environment, apps, platform, queue, folder, async () => {
      await queue.close();
      await platform.close();
      await test.drop();
      await rm(folder, { recursive: true });
    });
  }

  /** Stops everything, and removes the folders and the database. */
  async stop(): Promise<void> {
    await this.#stopServer?.();
    await this.#stop();
  }

  /** Serves HTTP in this process, and returns the address, without a slash at its end. */
  async serve(): Promise<string> {
    const { application, close } = await openApplication(this.#apps, this.platform);
    const server = await listen(application, 0);
    this.#stopServer = async () => {
      await server.stop(0);
      await close();
    };
    return `http://127.0.0.1:${server.port}`;
  }

  /** Stores files of a product. */
  async put(files: Readonly<Record<string, Buffer | string>>): Promise<void> {
    for (const [path, body] of Object.entries(files)) {
      const file = join(this.target, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
    }
  }

  /** Pushes a path. */
  async push(stage: Stage, path: string, metadata?: string, collection = 'collection'): Promise<void> {
    const stages = openStages({ platform: this.platform, queue: this.queue });
    await this.platform.database.transaction((transaction) =>
      pushItems(transaction, stages, { stage, collection, items: [{ path, metadata }] }),
    );
  }

  /** Pushes a prefix, and runs its task once, as an engine would. Returns what became of the item. */
  async register(path: string, metadata?: string, collection?: string): Promise<ItemState> {
    await this.push('register', path, metadata, collection);
    return this.run(path);
  }

  /** Runs the task of a prefix that waits. */
  async run(path: string, attempt = 1): Promise<ItemState> {
    const handler = await STAGE_TASKS.register?.load();
    const { task_id: taskId } = await this.item('register', path);
    const { signal } = new AbortController();
    const { platform } = this;
    const context = { taskId, attempt, signal, progress: () => {}, logger: platform.logger, platform };
    // What it throws is the reason that is stored.
    await handler?.({ stage: 'register', path }, context).catch(() => undefined);
    return this.item('register', path);
  }

  /** Returns an item, with its newest attempt. */
  async item(stage: Stage, path: string): Promise<ItemState> {
    const row = await this.platform
      .database('view_server.attempts as attempt')
      .join('view_server.items as item', 'item.id', 'attempt.item_id')
      .where({ 'item.stage': stage, 'item.path': path })
      .orderBy('attempt.number', 'desc')
      .first<ItemState | undefined>('outcome', 'state', 'reason', 'task_id');
    if (!row) throw new Error(`There is no item ${stage} ${path}`);
    return row;
  }

  /** Returns a product. */
  product(identifier: string) {
    return findProduct(this.platform.database, identifier);
  }
}
