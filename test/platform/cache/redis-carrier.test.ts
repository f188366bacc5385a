import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cache, CacheError } from '../../../src/platform/cache/index.ts';
import { RedisCarrier } from '../../../src/platform/cache/redis-carrier.ts';
import { type CapturedLog, captureLog } from '../../support/captured-log.ts';
import { eventually } from '../../support/eventually.ts';
import { RedisServer } from '../../support/redis-server.ts';

describe('a cache in Redis', () => {
  let redis: RedisServer;
  let log: CapturedLog;
  let cache: Cache | undefined;
  beforeEach(async () => {
    redis = await RedisServer.start();
    log = captureLog();
  });
  afterEach(async () => {
    await cache?.close();
    await redis.stop();
  });

  function open(url: string): Cache {
    cache = new Cache(new RedisCarrier(url, log.logger));
    return cache;
  }

  it('connects when it is first used', async () => {
    const opened = open(redis.url);
    expect(redis.connectionCount).toBe(0);
    await opened.ping();
    expect(redis.connectionCount).toBe(1);
  });

  it('keeps its keys apart from those of others', async () => {
    redis.store('key', '"of another"');
    const opened = open(redis.url);
    expect(await opened.get('key')).toBeUndefined();
    await opened.set('key', 'ours');
    expect(redis.keys).toEqual(['key', 'composite-handler:key']);
  });

  it('passes over what another program stored under a key of ours', async () => {
    redis.store('composite-handler:key', 'not JSON');
    expect(await open(redis.url).get('key')).toBeUndefined();
  });

  it('signs in with the password of its URL', async () => {
    const guarded = await RedisServer.start({ password: 'hunter2@:/' });
    await open(guarded.url).ping();
    await guarded.stop();
  });

  it('says that the password is wrong, without showing it', async () => {
    const guarded = await RedisServer.start({ password: 'another' });
    const failure = await open(guarded.url.replace('another', 'hunter2')).ping().catch(String);
    expect(failure).toBe(
      `CacheError: The cache (Redis at 127.0.0.1:${guarded.port}) does not work: WRONGPASS invalid username-password pair or user is disabled.`,
    );
    expect(log.lines.join()).not.toContain('hunter2');
    await guarded.stop();
  });

  it('fails where Redis is away, says so once in the log, and works once it is back', async () => {
    const { port, url } = redis;
    const opened = open(url);
    await opened.ping();
    await redis.stop();
    for (const work of [() => opened.get('key'), () => opened.set('key', 1), () => opened.ping()]) {
      await expect(work()).rejects.toThrow(CacheError);
    }
    redis = await RedisServer.start({ port });
    await eventually(() => opened.set('key', 'after').then(() => true));
    expect(await opened.get('key')).toBe('after');
    expect(log.events().map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'the cache is away'],
      ['info', 'the cache is back'],
    ]);
  });

  it('fails where Redis was never there, and can be closed', async () => {
    const { url } = redis;
    await redis.stop();
    const opened = open(url);
    await expect(opened.get('key')).rejects.toThrow(/could not get "key": connect ECONNREFUSED/);
    await opened.close();
    redis = await RedisServer.start();
  });

  it('gives up on a Redis that does not answer, and connects anew', async () => {
    const opened = open(redis.url);
    await opened.ping();
    redis.fallSilent();
    await expect(opened.get('key')).rejects.toThrow('no answer within 5 seconds');
    redis.speak();
    await opened.set('key', 1);
    expect(await opened.get('key')).toBe(1);
    await eventually(() => redis.connectionCount === 1);
  });

  it('leaves no connection when it is closed, and is not opened by a later use', async () => {
    const opened = open(redis.url);
    await opened.ping();
    await opened.close();
    await eventually(() => redis.connectionCount === 0);
    await expect(opened.get('key')).rejects.toThrow('it is closed');
    await opened.close();
  });
});
