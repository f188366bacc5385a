import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../../src/platform/crypto/secret-box.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { packTask } from '../../../src/queue/tasks/packing.ts';
import { runTask } from '../../../src/queue/tasks/run-task.ts';
import { holdsSecrets, openSecrets, sealArguments } from '../../../src/queue/tasks/sealed-arguments.ts';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import { TaskHandlers } from '../../../src/queue/tasks/task-handlers.ts';
import { type CapturedLog, captureLog } from '../../support/captured-log.ts';
import { readSettings } from '../../support/settings.ts';

type CallArguments = {
  readonly member?: string;
  readonly password?: string;
  readonly token?: string | readonly number[];
};

/** Returns what it was given. */
const load = async () => async (args: CallArguments) => ({ ...args });

/** Its secrets belong to one call. */
const login = defineTaskFunction<CallArguments, CallArguments>({
  name: 'test.login',
  secretArguments: ['password', 'token'],
  load,
});

/** Its secrets belong to a member. */
const fetchMember = defineTaskFunction<CallArguments, CallArguments>({
  ...login,
  name: 'test.fetch_member',
  secretSubject: ({ member = '' }) => member,
});

const box = new SecretBox('a key for tests');
const CANNOT_BE_OPENED = 'A sealed value cannot be opened: it was changed, belongs to something else';

describe('a sealed argument', () => {
  const pack = (args: CallArguments, taskFunction = login) => packTask(taskFunction, args, {}, box).task;

  it('opens in the call that it was given to', () => {
    const task = pack({ member: 'm', password: 'hunter2', token: [1, 2] });
    expect(JSON.stringify(task)).not.toContain('hunter2');
    expect(openSecrets(task, login, box)).toEqual({ password: 'hunter2', token: [1, 2] });
  });

  it('does not open in another call of the same function', () => {
    const [mine, theirs] = [pack({ password: 'mine' }), pack({ password: 'theirs' })];
    expect(() => openSecrets({ ...mine, args: theirs.args }, login, box)).toThrow(CANNOT_BE_OPENED);
  });

  it('does not open as another argument, nor for another function', () => {
    const { args, ...task } = pack({ password: 'p', token: 't' });
    const { password = '', token = '' } = args;
    const swapped = { ...task, args: { password: token, token: password } };
    expect(() => openSecrets(swapped, login, box)).toThrow(CANNOT_BE_OPENED);
    const other = defineTaskFunction<CallArguments, CallArguments>({ ...login, name: 'test.other' });
    expect(() => openSecrets({ ...task, args }, other, box)).toThrow(CANNOT_BE_OPENED);
  });

  it('does not open for another subject, where the function names it', () => {
    const [mine, theirs] = ['mine', 'theirs'].map((member) =>
      pack({ member, password: member }, fetchMember),
    );
    if (!mine || !theirs) throw new Error('two calls were packed');
    expect(mine.options).toBeUndefined();
    expect(openSecrets(mine, fetchMember, box)).toEqual({ password: 'mine' });
    const moved = { args: { ...mine.args, password: theirs.args['password'] } };
    expect(() => openSecrets(moved, fetchMember, box)).toThrow(CANNOT_BE_OPENED);
    expect(() => openSecrets({ args: { ...mine.args, member: 'theirs' } }, fetchMember, box)).toThrow(
      CANNOT_BE_OPENED,
    );
  });

  it('does not open where the function declares no secret', () => {
    const { args, ...task } = pack({ password: 'p' });
    expect(() => openSecrets({ ...task, args: { member: args['password'] } }, login, box)).toThrow(
      "The argument member of test.login holds a sealed value, and is none of the function's secretArguments",
    );
  });

  it('of an earlier key opens as long as that is a fallback', () => {
    const { args, secretSubject = '' } = sealArguments({ token: 't' }, login, new SecretBox('earlier'));
    const call = { args, options: { secretSubject } };
    const rotated = new SecretBox('later', ['earlier']);
    expect(openSecrets(call, login, rotated)).toEqual({ token: 't' });
    expect(() => openSecrets(call, login, new SecretBox('later'))).toThrow(CANNOT_BE_OPENED);
  });

  it('is found in the links that follow, too', () => {
    const { args } = pack({ password: 'p' });
    expect(holdsSecrets(args)).toBe(true);
    expect(holdsSecrets({ member: 'm' }, { chain: [{ func: 'test.login', args }] })).toBe(true);
    expect(holdsSecrets({ member: 'm' }, { chain: [{ func: 'test.login', args: {} }] })).toBe(false);
  });

  it('that is not there costs nothing: the arguments stay what they are, and no subject is added', () => {
    const args = { member: 'm' };
    expect(sealArguments(args, login, box)).toEqual({ args, secretSubject: undefined });
    expect(pack(args).options).toBeUndefined();
  });
});

describe('a worker', () => {
  let log: CapturedLog;
  let platform: Platform;
  beforeAll(() => {
    log = captureLog();
    const settings = readSettings({
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
      DJANGO_SECRET_KEY: 'a key for tests',
    });
    const open = openPlatform(settings, { processName: 'test', maximumConnections: 1 });
    platform = { ...open, logger: log.logger };
  });
  afterAll(() => platform.close());

  it('opens no sealed value in an argument in clear, and logs none', async () => {
    const { args, ...task } = packTask(login, { password: 'hunter2' }, {}, box).task;
    const moved = { ...task, args: { member: args['password'] } };
    const outcome = await runTask(
      platform,
      new TaskHandlers([login]),
      { task: moved, attempt: 1 },
      { signal: new AbortController().signal, progress: () => undefined },
    );
    expect(outcome).toMatchObject({
      success: false,
      result: { error: expect.stringContaining('MisplacedSecretError: The argument member of test.login') },
    });
    expect(JSON.stringify([outcome, log.events()])).not.toContain('hunter2');
  });
});
