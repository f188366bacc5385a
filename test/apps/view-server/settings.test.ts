import { describe, expect, it } from '@jest/globals';
import { viewServerSettings } from '../../../src/apps/view-server/settings.ts';
import { readInstallation } from '../../../src/installation.ts';

const ENVIRONMENT = {
  INSTALLED_APPS: 'view-server',
  DATABASE_URL: 'postgresql://localhost/none',
  DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
};

describe('the settings of the view server', () => {
  it('need a password where other machines can reach the Redis server', () => {
    const environment = { ...ENVIRONMENT, REDIS_LISTEN: '0.0.0.0:6379' };
    expect(() => readInstallation(environment)).toThrow('REDIS_PASSWORD is required');
    expect(() => readInstallation({ ...environment, REDIS_PASSWORD: 'a password of a test' })).not.toThrow();
  });

  it.each([
    ['127.0.0.1:6379', { host: '127.0.0.1', port: 6379 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:6380', { host: '::1', port: 6380 }],
  ])('read where to listen: %s', (text, address) => {
    const { settings } = readInstallation({ ...ENVIRONMENT, REDIS_LISTEN: text });
    expect(settings.of(viewServerSettings).redis.listen).toEqual(address);
  });

  it.each(['6379', '127.0.0.1', 'redis://127.0.0.1:6379', '127.0.0.1:6379/1'])('refuse %s', (text) => {
    expect(() => readInstallation({ ...ENVIRONMENT, REDIS_LISTEN: text })).toThrow('REDIS_LISTEN');
  });

  it('refuse two keys with one name', () => {
    const environment = { ...ENVIRONMENT, REDIS_SEED_QUEUE_KEY: 'register_queue' };
    expect(() => readInstallation(environment)).toThrow('REDIS_…_KEY');
  });
});
