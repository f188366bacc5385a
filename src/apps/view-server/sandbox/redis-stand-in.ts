import { createServer } from 'node:net';
import { onPreferredPort, ownService, type StandIn } from '../../../app-kit/sandbox/stand-in.ts';

const NAME = 'Redis port';

const HOST = '127.0.0.1';

/** Where Redis clients reach the server: where the user has set it, otherwise the port of Redis, or a free one. */
export const redisStandIn: StandIn = {
  name: NAME,
  preferredPort: 6_379,
  async open({ environment, port }) {
    const { REDIS_LISTEN: own } = environment;
    if (own !== undefined) return ownService(NAME, own, 'yours, from REDIS_LISTEN');
    const free = await onPreferredPort(port, findFree);
    return {
      name: NAME,
      url: `redis://${HOST}:${free}`,
      note: 'of the server itself; there is no Redis behind it',
      environment: { REDIS_LISTEN: `${HOST}:${free}` },
      isStandIn: true,
      port: free,
      stop: async () => {},
    };
  },
};

/** The server listens there when it starts. @throws if another process listens on the port. */
async function findFree(port: number): Promise<number> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: HOST, port }, resolve);
  await promise;
  const address = server.address();
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return typeof address === 'object' && address ? address.port : port;
}
