import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SecretBox } from '../../../src/platform/crypto/secret-box.ts';
import { addressPackage } from '../../../src/queue/enqueueing/enqueueing.ts';
import { type CallOptions, TaskOptionsError } from '../../../src/queue/index.ts';
import { packTask } from '../../../src/queue/tasks/packing.ts';
import { defineTaskFunction, type TaskArguments } from '../../../src/queue/tasks/task-function.ts';
import { PackageSigner } from '../../../src/queue/tasks/task-package.ts';
import { hook } from '../engine/fixtures/task-functions.ts';

const box = new SecretBox('a key for tests');

const anything = defineTaskFunction<TaskArguments, null>({
  name: 'test.anything',
  secretArguments: ['secret'],
  load: async () => async () => null,
});

function pack(args: TaskArguments, options: CallOptions = {}) {
  return packTask(anything, args, options, box);
}

/** What a caller may hand over whose values no compiler has seen. */
function fromOutside(value: unknown): TaskArguments {
  return Object.fromEntries([['value', Object(value)]]);
}

describe('a packed call', () => {
  it('has what it was made of, and a name of four words', () => {
    const { task, delaySeconds } = pack({ text: 'Zoë', list: [1, 2.5, null, { deep: true }] });
    expect(task).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      name: expect.stringMatching(/^[a-z]+(-[a-z]+){3}$/),
      func: 'test.anything',
      args: { text: 'Zoë', list: [1, 2.5, null, { deep: true }] },
      group: null,
      started: expect.stringMatching(/Z$/),
    });
    expect(delaySeconds).toBeUndefined();
  });

  it('has the options that were given, and no others', () => {
    const id = randomUUID();
    const { task, delaySeconds } = pack(
      {},
      {
        id,
        taskName: 'mine',
        group: 'g',
        delay: 2,
        timeout: 5,
        save: false,
        hook,
        retry: { maxAttempts: 3 },
      },
    );
    expect(task).toMatchObject({ id, name: 'mine', group: 'g' });
    expect(task.options).toEqual({
      timeoutSeconds: 5,
      save: false,
      hook: 'test.hook',
      retry: { maxAttempts: 3 },
    });
    expect(delaySeconds).toBe(2);
  });

  it('seals its secrets', () => {
    const { task } = pack({ secret: 'hunter2', open: 'hello' });
    expect(JSON.stringify(task)).not.toContain('hunter2');
    expect(task.args).toEqual({ secret: { $sealed: expect.any(String) }, open: 'hello' });
  });

  it('tells the broker its priority, its delay, its limit and its fairness key', () => {
    const signer = new PackageSigner('a key for tests');
    const address = (options: CallOptions) => addressPackage(pack({}, options), signer);
    expect(address({ priority: 3, delay: 2, limitKey: 'k' })).toEqual({
      id: expect.any(String),
      carried: expect.any(String),
      priority: 3,
      delaySeconds: 2,
      limit: { key: 'k', count: 1 },
    });
    expect(address({ limitKey: 'k', limit: 7 })).toMatchObject({ limit: { key: 'k', count: 7 } });
    expect(address({ fairnessKey: 'a customer' })).toMatchObject({ fairnessKey: 'a customer' });
    expect(Object.keys(address({}))).toEqual(['id', 'carried']);
  });
});

describe('arguments that JSON cannot hold are refused, with their place:', () => {
  const circle: Record<string, unknown> = {};
  circle['inside'] = [circle];

  it.each<[string, unknown, place: string, fault: string]>([
    ['a date', new Date(0), '', 'is a Date, which JSON cannot hold as it is'],
    ['a map', new Map(), '', 'is a Map, which JSON cannot hold as it is'],
    ['a buffer', Buffer.from('x'), '', 'is a Buffer, which JSON cannot hold as it is'],
    ['a function', () => undefined, '', 'is a function, which JSON cannot hold'],
    ['a circle', circle, '.inside.0', 'holds itself, which JSON cannot'],
    ['not a number', [Number.NaN], '.0', 'is NaN, which JSON cannot hold'],
    ['infinity', { much: Number.POSITIVE_INFINITY }, '.much', 'is Infinity, which JSON cannot hold'],
    ['a big integer', [1n], '.0', 'is a bigint, which JSON cannot hold'],
    ['a symbol', { one: Symbol('one') }, '.one', 'is a symbol, which JSON cannot hold'],
    ['a hole in a list', [1, undefined], '.1', 'is undefined, which a list in JSON cannot hold'],
    ['a NUL', ['\0'], '.0', 'holds a NUL character, or half of a character, which cannot be stored'],
    ['half of a character', { text: '\ud83d' }, '.text', 'holds a NUL character, or half of a character'],
    [
      'what looks like a sealed value',
      { $sealed: 'x' },
      '.$sealed',
      'has a name that is kept for secrets that are encrypted already',
    ],
    ['the same inside', [{ $sealed: 'x' }], '.0.$sealed', 'has a name that is kept for secrets'],
    ['a NUL in a name', { 'a\0': 1 }, '.a\uFFFD', 'has a name that holds a NUL character'],
  ])('%s', (_what, value, place, fault) => {
    const call = () => pack(fromOutside(value));
    expect(call).toThrow(TaskOptionsError);
    expect(call).toThrow(`The argument value${place} of a call of test.anything ${fault}`);
  });

  it('but the same thing may stand in two places, and what is undefined is left out', () => {
    const shared = { one: 1 };
    expect(pack({ left: shared, right: [shared, shared], none: undefined }).task.args).toMatchObject({
      left: { one: 1 },
      right: [{ one: 1 }, { one: 1 }],
    });
  });
});

describe('arguments', () => {
  it('take up to a mebibyte as JSON, in bytes', () => {
    const framing = JSON.stringify({ text: '' }).length;
    const most = 'é'.repeat(Math.floor((1024 ** 2 - framing) / 2));
    expect(pack({ text: most }).task.args).toEqual({ text: most });
    expect(() => pack({ text: `${most}é` })).toThrow(
      'The arguments of a call of test.anything take 1048577 bytes as JSON; they may take 1048576',
    );
  });
});

describe('an option that cannot be is refused by its name:', () => {
  it.each<[string, CallOptions, string]>([
    ['no name', { taskName: '' }, 'The taskName of a call of test.anything has 0 characters'],
    ['a long group', { group: 'x'.repeat(251) }, 'The group of a call of test.anything has 251 characters'],
    ['a NUL', { uniqueKey: '\0' }, 'The uniqueKey of a call of test.anything holds a NUL character'],
    ['no id', { id: 'one' }, 'The id of a call of test.anything is "one"; it is a UUID'],
    ['no time', { timeout: 0 }, 'The timeout of a call of test.anything is 0; it can be a number from 0.001'],
    ['the past', { delay: -1 }, 'The delay of a call of test.anything is -1; it can be a number from 0'],
    ['no number', { delay: Number.NaN }, 'The delay of a call of test.anything is NaN'],
    ['a fraction', { priority: 0.5 }, 'The priority of a call of test.anything is 0.5; it is a whole number'],
    ['a limit of none', { limitKey: 'k', limit: 0 }, 'The limit of a call of test.anything is 0'],
    ['a large limit', { limitKey: 'k', limit: 101 }, 'it can be a number from 1 to 100'],
    [
      'an empty fairness key',
      { fairnessKey: '' },
      'The fairnessKey of a call of test.anything has 0 characters',
    ],
    ['whose limit?', { limit: 2 }, 'The limit of a call of test.anything is given without a limitKey'],
    ['a result for no time', { cached: 0 }, 'The cached of a call of test.anything is 0'],
    ['less than never', { retry: { maxAttempts: -1 } }, 'The retry.maxAttempts of a call'],
    ['a wait in the past', { retry: { delaySeconds: -1 } }, 'The retry.delaySeconds of a call'],
    ['a backoff that shrinks', { retry: { backoff: 0.5 } }, 'The retry.backoff of a call'],
    ['a wait of ages', { retry: { maxDelaySeconds: 1e9 } }, 'The retry.maxDelaySeconds of a call'],
    ['more than chance', { retry: { jitter: 1.1 } }, 'The retry.jitter of a call'],
  ])('%s', (_what, options, fault) => {
    const call = () => pack({}, options);
    expect(call).toThrow(TaskOptionsError);
    expect(call).toThrow(fault);
  });
});
