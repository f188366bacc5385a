import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { runCommand } from '../../../support/command.ts';
import { eventually } from '../../../support/eventually.ts';
import { RedisService } from '../redis-service.ts';

let service: RedisService;

afterEach(() => service?.stop());

const PASSWORD = 'a password of a test';

describe('the Redis server', () => {
  it('takes 1,000 pushes in one pipeline, in their order', async () => {
    service = await RedisService.start();
    const connection = await service.connect();
    const pushes = Array.from({ length: 1_000 }, (_, index) => `LPUSH preprocess_queue ${index}.tar\r\n`);
    const replies = await connection.exchange(pushes.join(''), ':1000\r\n');
    expect(replies.split('\r\n').slice(0, -1)).toEqual(pushes.map((_, index) => `:${index + 1}`));
    expect(await connection.exchange('LINDEX preprocess_queue -1\r\n', 'tar\r\n')).toBe('$5\r\n0.tar\r\n');
  });

  it('takes a request that comes in pieces', async () => {
    service = await RedisService.start();
    const connection = await service.connect();
    await connection.exchange('PING\r\n*2\r\n$4\r\nLL');
    // The reply to the first one shows that the server has read so far.
    await connection.exchange('EN\r\n$10\r\nseed_queue\r\nECHO x\r\n*1\r\n$4', 'x\r\n');
    expect(await connection.exchange('\r\nPING\r\n')).toBe('+PONG\r\n');
  });

  it('takes thousands of paths in one command', async () => {
    service = await RedisService.start();
    const client = await createClient({ url: `redis://127.0.0.1:${service.port}` }).connect();
    const paths = Array.from({ length: 9_000 }, (_, index) => `${index}.tar`);
    expect(await client.lPush('preprocess_queue', paths)).toBe(9_000);
    client.destroy();
  });

  it('stores the others of a pipeline when one of them is at fault', async () => {
    service = await RedisService.start();
    const connection = await service.connect();
    const replies = await connection.exchange(
      'LPUSH preprocess-md_queue {}\r\nLPUSH preprocess-md_queue \'{"path":"a"}\'\r\n',
      ':1\r\n',
    );
    expect(replies).toMatch(/^-ERR the JSON .*\r\n:1\r\n$/);
  });

  it.each([
    ['too many arguments', '*10000000\r\n', 'invalid multibulk length'],
    ['a huge argument', '*2\r\n$4\r\nLLEN\r\n$2147483647\r\n', 'invalid bulk length'],
    ['a length that is none', '*1\r\n$x\r\n', 'invalid bulk length'],
    ['another length than it says', '*1\r\n$2\r\nPINGPONG\r\n', 'another length'],
    ['an endless line', 'A'.repeat(20_000), 'too big inline request'],
    [
      'what a browser sends',
      'POST / HTTP/1.1\r\nHost: x\r\n\r\nLPUSH preprocess_queue a\r\n',
      'this is no HTTP server',
    ],
  ])('refuses %s, and closes the connection', async (_what, bytes, reason) => {
    service = await RedisService.start();
    const connection = await service.connect();
    expect(await connection.exchange(bytes)).toContain(`-ERR Protocol error: `);
    expect(connection.received).toContain(reason);
    await connection.closed;
  });

  it('refuses keys and commands that it does not have, and goes on', async () => {
    service = await RedisService.start();
    const connection = await service.connect();
    expect(await connection.exchange('LPUSH elsewhere a\r\n')).toMatch(/^-ERR no such key/);
    expect(await connection.exchange('FLUSHALL\r\n')).toMatch(/^-ERR unknown command 'FLUSHALL'/);
    expect(await connection.exchange('LLEN\r\n')).toMatch(/^-ERR wrong number of arguments/);
    expect(await connection.exchange('PING\r\n')).toBe('+PONG\r\n');
  });

  it('serves no more clients than it may', async () => {
    service = await RedisService.start({ REDIS_MAX_CLIENTS: '2' });
    const first = await service.connect();
    await first.exchange('PING\r\n');
    await (await service.connect()).exchange('PING\r\n');
    const third = await service.connect();
    await third.closed;
    expect(third.received).toBe('-ERR max number of clients reached\r\n');
    first.socket.destroy();
    await eventually(async () => {
      const next = await service.connect();
      return (await next.exchange('PING\r\n')) === '+PONG\r\n';
    });
  });

  it('requires the password', async () => {
    service = await RedisService.start({ REDIS_PASSWORD: PASSWORD });
    const connection = await service.connect();
    expect(await connection.exchange('LPUSH preprocess_queue a\r\n')).toMatch(/^-NOAUTH/);
    expect(await connection.exchange('MULTI\r\n')).toMatch(/^-NOAUTH/);
    expect(await connection.exchange('HELLO 3\r\n')).toMatch(/^-NOAUTH/);
    for (let count = 1; count <= 3; count += 1) {
      expect(await connection.exchange('AUTH wrong\r\n')).toMatch(/^-WRONGPASS/);
    }
    await connection.closed;
    const url = `redis://default:${encodeURIComponent(PASSWORD)}@127.0.0.1:${service.port}`;
    const client = await createClient({ url, RESP: 3 }).connect();
    expect(await client.lPush('preprocess_queue', 'a.tar')).toBe(1);
    client.destroy();
  });
});

// Debian has it in redis-tools.
if (isInstalled('redis-cli')) {
  describe('redis-cli', () => {
    it('pushes a package, and sees it', async () => {
      service = await RedisService.start();
      const run = async (...words: string[]) => {
        const env = { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] };
        const { output } = await runCommand('redis-cli', ['-p', String(service.port), ...words], { env });
        return output.trim();
      };
      expect(await run('LPUSH', 'preprocess_queue', 'a b.tar')).toBe('1');
      expect(await run('-3', 'LRANGE', 'preprocess_queue', '0', '-1')).toBe('a b.tar');
      expect(await run('SADD', 'preprocess-success_set', 'a b.tar')).toBe('1');
      expect(await run('-3', 'SMEMBERS', 'preprocess-success_set')).toBe('a b.tar');
      expect(await run('LLEN', 'preprocess_queue')).toBe('0');
    });
  });
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version']).error === undefined;
}
