import { createServer, type Socket } from 'node:net';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { AppListener, OpenListener } from '../../../app-kit/app-listener.ts';
import { NotificationListener } from '../../../platform/database/notification-listener.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import { ListenError } from '../../../platform/http/web-server.ts';
import { type Collections, openCollections, storeCollections } from '../collections/collections.ts';
import { type ListenAddress, viewServerSettings } from '../settings.ts';
import { WAITING_CHANNEL } from '../stages/enqueue-waiting.ts';
import { endLease, endOverdueLeases, renewLeases } from '../stages/outside-leases.ts';
import type { Stages } from '../stages/stage.ts';
import { stageLimits } from '../stages/stage-limits.ts';
import { STAGE_TASKS } from '../stages/stage-tasks.ts';
import { BlockedPops } from './blocked-pops.ts';
import type { RedisServerParts } from './commands/command.ts';
import { CONNECTION_LEASE_SECONDS } from './commands/list-commands.ts';
import { redisKeys } from './keys.ts';
import { RedisConnection } from './redis-connection.ts';

/** How often leases are renewed, and ended where they are over. */
const CARE_MILLISECONDS = (CONNECTION_LEASE_SECONDS * 1_000) / 3;

/** After how long without traffic TCP asks whether a client still lives. */
const KEEP_ALIVE_MILLISECONDS = 30_000;

/** Stores the collections, and listens for Redis clients: the lists and sets that they see are views of the stages. */
export const redisListener: AppListener = {
  async open(context) {
    const { platform } = context;
    const collections = await openCollections(platform);
    await storeCollections(platform.database, collections).catch((error: unknown) =>
      platform.logger.warn({ reason: errorMessage(error) }, 'the collections could not be stored'),
    );
    const { listen } = platform.settingsOf(viewServerSettings).redis;
    return listen && new RedisListener(context, collections).open(listen);
  },
};

class RedisListener {
  readonly #parts: RedisServerParts;
  readonly #connections = new Set<RedisConnection>();
  readonly #ended = new Set<Promise<void>>();
  readonly #server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MILLISECONDS },
    (socket) => this.#accept(socket),
  );
  readonly #notifications: NotificationListener;
  #lastId = 0;
  #care: NodeJS.Timeout | undefined;

  constructor({ platform, queue }: AppContext, collections: Collections) {
    const settings = platform.settingsOf(viewServerSettings);
    const stages: Stages = {
      queue,
      tasks: STAGE_TASKS,
      ...stageLimits(settings),
    };
    const blockedPops = new BlockedPops(platform.database, stages);
    this.#parts = {
      platform,
      settings,
      stages,
      collections,
      blockedPops,
      keys: redisKeys(settings.redisKeyNames),
      countClients: () => this.#connections.size,
    };
    this.#notifications = new NotificationListener({
      databaseUrl: platform.settings.databaseUrl,
      channel: WAITING_CHANNEL,
      logger: platform.logger,
      onListening: () => blockedPops.wake(),
      onNotification: () => blockedPops.wake(),
    });
  }

  async open({ host, port }: ListenAddress): Promise<OpenListener> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', (error) =>
      reject(
        new ListenError(`REDIS_LISTEN: port ${port} of ${host} cannot be listened on: ${error.message}`, {
          cause: error,
        }),
      ),
    );
    this.#server.listen({ host, port }, resolve);
    await promise;
    this.#notifications.start();
    this.#care = setInterval(() => void this.#careForLeases(), CARE_MILLISECONDS);
    const address = this.#server.address();
    return {
      port: typeof address === 'object' && address ? address.port : port,
      close: () => this.#close(),
    };
  }

  async #close(): Promise<void> {
    clearInterval(this.#care);
    this.#server.close();
    for (const connection of this.#connections) connection.close();
    await Promise.all(this.#ended);
    await this.#notifications.stop();
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.#parts.settings.redis.maximumClients) {
      socket.on('error', () => undefined);
      socket.end('-ERR max number of clients reached\r\n', () => socket.destroy());
      return;
    }
    this.#lastId += 1;
    const connection = new RedisConnection(this.#parts, socket, this.#lastId);
    this.#connections.add(connection);
    const ended = this.#serve(connection).finally(() => this.#ended.delete(ended));
    this.#ended.add(ended);
  }

  async #serve(connection: RedisConnection): Promise<void> {
    const { platform, stages } = this.#parts;
    await connection.serve();
    this.#connections.delete(connection);
    await endLease(platform.database, stages, connection.client.leaseId).catch((error: unknown) =>
      platform.logger.warn(
        { reason: errorMessage(error) },
        'items wait until the lease of a lost client is over',
      ),
    );
  }

  async #careForLeases(): Promise<void> {
    const { platform, stages, blockedPops } = this.#parts;
    try {
      const leaseIds = [...this.#connections].map(({ client }) => client.leaseId);
      await renewLeases(platform.database, leaseIds, CONNECTION_LEASE_SECONDS);
      await endOverdueLeases(platform.database, stages);
    } catch (error) {
      platform.logger.warn({ reason: errorMessage(error) }, 'leases of outside workers could not be renewed');
    }
    blockedPops.wake();
  }
}
