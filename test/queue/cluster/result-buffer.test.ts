import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { AttemptResult } from '../../../src/queue/cluster/messages.ts';
import { ResultBuffer } from '../../../src/queue/cluster/result-buffer.ts';

describe('results', () => {
  function open() {
    const messages: string[][] = [];
    const buffer = new ResultBuffer((results) => messages.push(results.map(({ taskId }) => taskId)));
    const add = (taskId: string) => buffer.add(resultOf(taskId));
    return { messages, buffer, add };
  }

  function resultOf(taskId: string): AttemptResult {
    return { taskId, outcome: { success: true, result: null }, milliseconds: 1 };
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
});
