import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AttemptResult } from '../../../src/queue/engine/messages.ts';
import { ResultBuffer } from '../../../src/queue/engine/result-buffer.ts';
import { Slate } from '../../../src/queue/engine/slate.ts';

describe('results', () => {
  const slates: Slate[] = [];
  afterEach(() => {
    for (const slate of slates.splice(0)) slate.close();
  });

  function open() {
    const messages: string[][] = [];
    const slate = Slate.create();
    slates.push(slate);
    const buffer = new ResultBuffer(slate, (results) => messages.push(results.map(({ taskId }) => taskId)));
    const add = (taskId: string, result = '') => buffer.add(resultOf(taskId, result));
    return { messages, buffer, slate, add };
  }

  function resultOf(taskId: string, result: string): AttemptResult {
    return {
      taskId,
      attempt: 1,
      outcome: { success: true, result },
      milliseconds: 1,
      begunMachineMilliseconds: 0,
    };
  }

  it('that come together are sent together, as soon as the process has a moment', async () => {
    const { messages, buffer, add } = open();
    add('one');
    buffer.prepareForTask();
    add('two');
    expect(messages.flat().length).toBeLessThan(2);
    await setImmediate();
    expect(messages.flat()).toEqual(['one', 'two']);
    add('three');
    await setImmediate();
    expect(messages.at(-1)).toEqual(['three']);
  });

  it('are sent once', async () => {
    const { messages, add } = open();
    add('one');
    await setImmediate();
    await setImmediate();
    expect(messages).toEqual([['one']]);
  });

  it('that have waited are sent before a task begins that may keep the process busy', () => {
    const { messages, buffer, add } = open();
    add('one');
    const start = performance.now();
    while (performance.now() - start < 5) {
      // A task that lets nothing else happen.
    }
    buffer.prepareForTask();
    expect(messages).toEqual([['one']]);
  });

  it('stand on the slate until they are sent', async () => {
    const { slate, add } = open();
    add('one');
    add('two');
    slate.begin();
    expect(slate.results.map(({ taskId }) => taskId)).toEqual(['one', 'two']);
    await setImmediate();
    slate.rest();
    expect(slate.results).toEqual([]);
  });

  it('that are too large for the slate are sent at once', () => {
    const { messages, slate, add } = open();
    add('one');
    add('two', 'x'.repeat(100_000));
    expect(messages).toEqual([['one', 'two']]);
    slate.begin();
    expect(slate.results).toEqual([]);
  });
});
