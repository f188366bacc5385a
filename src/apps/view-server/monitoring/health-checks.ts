import { once } from 'node:events';
import { connect } from 'node:net';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { HealthCheck } from '../../../platform/health.ts';
import type { Platform } from '../../../platform/platform.ts';
import { type ListenAddress, viewServerSettings } from '../settings.ts';

/** Checks the places where packages and products are, and the listener for Redis clients, if there is one. */
export function viewServerHealthChecks({ platform }: AppContext): readonly HealthCheck[] {
  const { listen } = platform.settingsOf(viewServerSettings).redis;
  const files = { name: 'view-server: files', check: () => checkStores(platform) };
  // Port 0 is any: it is for tests.
  if (!listen || listen.port === 0) return [files];
  return [files, { name: 'view-server: Redis clients', check: () => checkListener(listen) }];
}

async function checkStores(platform: Platform): Promise<void> {
  const [{ openCollections }, { openFileStore }] = await Promise.all([
    import('../collections/collections.ts'),
    import('../files/open-file-store.ts'),
  ]);
  const { list } = await openCollections(platform);
  const stores = new Map(
    list
      .flatMap(({ source, target }) => [source, target])
      .map((description) => openFileStore(platform, description))
      .map((store) => [store.url, store]),
  );
  await Promise.all([...stores.values()].map((store) => store.ping()));
}

/** Any reply will do: one that a password is required, too. */
async function checkListener({ host, port }: ListenAddress): Promise<void> {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  const socket = connect(port, reachable);
  try {
    socket.end('PING\r\n');
    const gone = once(socket, 'close').then(() => {
      throw new Error('the listener did not reply');
    });
    await Promise.race([once(socket, 'data'), gone]);
  } finally {
    socket.destroy();
  }
}
