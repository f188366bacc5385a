import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/platform/logging.ts';
import { captureLog } from '../support/captured-log.ts';

const SECRET = 'dXNlcjpodW50ZXIy';

describe('a line of the log', () => {
  it('is one JSON object with its time, level, process and what the event is about', () => {
    const { logger, lines, events } = captureLog();
    logger.info({ pageCount: 3 }, 'rasterized\nin two lines');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(events()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        process: 'test',
        pid: process.pid,
        pageCount: 3,
        msg: 'rasterized\nin two lines',
      },
    ]);
  });

  it('is not written below the level of the settings', () => {
    const lines: string[] = [];
    const logger = createLogger({ logLevel: 'warn' }, 'test', { write: (line) => void lines.push(line) });
    logger.info('quiet');
    logger.warn('loud');
    expect(lines).toHaveLength(1);
  });

  it('goes to standard output', async () => {
    const module = fileURLToPath(new URL('../../src/platform/logging.ts', import.meta.url));
    const script = `import { createLogger } from ${JSON.stringify(module)};
      createLogger({ logLevel: 'info' }, 'server').info({ authorization: '${SECRET}' }, 'started');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(JSON.parse(stdout)).toMatchObject({
      process: 'server',
      msg: 'started',
      authorization: '[secret]',
    });
  });

  it('says of an error what it is, where it came from, and what caused it', () => {
    for (const key of ['err', 'error']) {
      const { logger, events } = captureLog();
      const cause = Object.assign(new RangeError('the cause'), { code: 'E_CAUSE' });
      logger.error({ [key]: new TypeError('the effect', { cause }) }, 'failed');
      expect(events()[0]).toMatchObject({
        [key]: {
          type: 'TypeError',
          message: 'the effect',
          stack: expect.stringContaining('logging.test.ts'),
          cause: { type: 'RangeError', message: 'the cause', code: 'E_CAUSE' },
        },
      });
    }
  });
});

describe('a child of the logger', () => {
  it('writes what it is about in every line, and its own children too', () => {
    const { logger, events } = captureLog();
    const ofTask = logger.child({ taskId: 'task' });
    const ofMember = ofTask.child({ memberId: 'member' });
    ofTask.info('first');
    ofMember.info('second');
    ofTask.info('third');
    expect(events().map(({ taskId, memberId, msg }) => [taskId, memberId, msg])).toEqual([
      ['task', undefined, 'first'],
      ['task', 'member', 'second'],
      ['task', undefined, 'third'],
    ]);
  });

  it('censors what it is about', () => {
    const { logger, lines } = captureLog();
    const child = logger.child({ taskId: 'task', request: { headers: { authorization: SECRET } } });
    for (let line = 0; line < 100; line += 1) child.child({ line }).info('still there');
    expect(lines).toHaveLength(100);
    for (const line of lines) {
      expect(line).toContain('"authorization":"[secret]"');
      expect(line).not.toContain(SECRET);
    }
  });
});

describe('a secret', () => {
  it.each([
    'authorization',
    'Authorization',
    'PROXY-AUTHORIZATION',
    'password',
    'DJANGO_SUPERUSER_PASSWORD',
    'secretKey',
    'SECRET_KEY',
    'databaseUrl',
    'DATABASE_URL',
    'CACHE_URL',
    'cookie',
    'set-cookie',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'api-key',
  ])('under the key %s is not logged, at no depth', (key) => {
    const { logger, lines } = captureLog();
    logger.info({ [key]: SECRET }, 'shallow');
    logger.info({ a: { b: { c: { d: [{ e: { [key]: SECRET } }] } } } }, 'deep');
    logger.info({ [key]: { inside: SECRET } }, 'an object');
    logger.info({ [key]: [SECRET] }, 'an array');
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).not.toContain(SECRET);
      expect(line).toContain(`"${key}":"[secret]"`);
    }
  });

  it('that an error carries is not logged, nor one of what caused it', () => {
    const { logger, lines } = captureLog();
    const cause = Object.assign(new Error('refused'), {
      config: { request: { headers: { Authorization: `Bearer ${SECRET}` } } },
    });
    logger.error({ err: new Error(`failed with Bearer ${SECRET}`, { cause }) }, 'failed');
    logger.error({ err: new AggregateError([cause], 'all failed') }, 'failed');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).not.toContain(SECRET);
  });

  it.each([
    [`sent Authorization: Bearer ${SECRET}==`, 'sent Authorization: Bearer [secret]'],
    [`the header "Basic ${SECRET}"`, 'the header "Basic [secret]"'],
    [`postgresql://user:${SECRET}@host/name is away`, 'postgresql://user:[secret]@host/name is away'],
    [`redis://:${SECRET}@x@host:6379`, 'redis://:[secret]@host:6379'],
  ])('in a message is not logged: %s', (message, logged) => {
    const { logger, events } = captureLog();
    logger.info({ reason: message }, message);
    expect(events()[0]).toMatchObject({ msg: logged, reason: logged });
  });
});

describe('what is no secret', () => {
  it.each([
    'GET https://example.org:8000/a@b?c=d',
    'basic authentication is not set up',
    'Unexpected token I in JSON',
    's3://bucket/key',
  ])('is logged as it is: %s', (message) => {
    const { logger, events } = captureLog();
    logger.info({ url: message, tokens: 3, task: { id: 1.5, done: null } }, message);
    expect(events()[0]).toMatchObject({
      msg: message,
      url: message,
      tokens: 3,
      task: { id: 1.5, done: null },
    });
  });
});
