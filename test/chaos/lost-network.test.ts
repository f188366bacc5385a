import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { add, wait } from '../queue/engine/fixtures/task-functions.ts';
import { QueueUnderTest } from '../queue/engine/test-engine.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

describe('an engine whose network to Postgres fails', () => {
  let test: QueueUnderTest;
  let proxy: TcpProxy;

  beforeEach(async () => {
    test = await QueueUnderTest.open();
    proxy = await startTcpProxy(Number(new URL(test.platform.settings.databaseUrl).port));
  });
  afterEach(async () => {
    await test.close();
    await proxy.close();
  });

  function startEngine(environment: NodeJS.ProcessEnv = {}): Promise<NodeProcess> {
    const url = new URL(test.platform.settings.databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    return test.startEngine({ DATABASE_URL: url.href, ...environment });
  }

  it.each([
    ['in its turn', { fairnessKey: 'somebody' }, add.name],
    ['with its limit, and waited for the disk', { limitKey: 'a key', limit: 1 }, 'pg_logical_emit_message'],
  ])(
    'runs a task also when the connection was cut in the moment in which it took it %s',
    async (_how, options, answer) => {
      const engine = await startEngine();
      const cut = proxy.cutBeforeAnswer(answer);
      const id = await test.queue.asyncTask(
        add,
        { left: 1, right: 2 },
        { ...options, retry: { maxAttempts: 1 } },
      );
      await cut;
      await engine.waitForLine(({ msg }) => msg === 'gave back tasks that were taken unheard');
      expect(await test.finished(id)).toMatchObject({ success: true, result: 3, attempt_count: 1 });
    },
  );

  it('goes on when its connections are silent from one moment to the next', async () => {
    const engine = await startEngine();
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 1 }));
    proxy.swallowOpenConnections();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    await test.letGo('one');
    expect(await test.finished(id)).toMatchObject({ success: true });
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
  });
});
