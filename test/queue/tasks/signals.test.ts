import { describe, expect, it, jest } from '@jest/globals';
import { Signal, type SignalHandler } from '../../../src/queue/tasks/signals.ts';
import { captureLog } from '../../support/captured-log.ts';

function numbers(): { readonly signal: Signal<[number]>; readonly told: string[] } {
  return { signal: new Signal('numbers'), told: [] };
}

describe('a signal', () => {
  it('calls its handlers in the order in which they were connected, each once', async () => {
    const { signal, told } = numbers();
    const first: SignalHandler<[number]> = (number) => void told.push(`first ${number}`);
    signal.connect(first);
    signal.connect((number) => void told.push(`second ${number}`));
    signal.connect(first);
    await signal.send({ logger: captureLog().logger }, 4);
    expect(told).toEqual(['first 4', 'second 4']);
  });

  it('calls a handler no more that was disconnected', async () => {
    const { signal, told } = numbers();
    const handler: SignalHandler<[number]> = (number) => void told.push(String(number));
    signal.connect(handler);
    expect(signal.disconnect(handler)).toBe(true);
    expect(signal.disconnect(handler)).toBe(false);
    await signal.send({ logger: captureLog().logger }, 4);
    expect(told).toEqual([]);
  });

  it('waits for a handler that takes its time before it calls the next', async () => {
    const { signal, told } = numbers();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    signal.connect(async () => {
      await gate;
      told.push('slow');
    });
    signal.connect(() => void told.push('quick'));
    const sent = signal.send({ logger: captureLog().logger }, 4);
    expect(told).toEqual([]);
    open();
    await sent;
    expect(told).toEqual(['slow', 'quick']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('no such number');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('no such number'))],
  ])("logs a handler that %s with the task's id, counts it, and goes on", async (_how, act) => {
    const { signal, told } = numbers();
    const log = captureLog();
    signal.connect(function refuse() {
      return act();
    });
    signal.connect((number) => void told.push(String(number)));
    await signal.send({ logger: log.logger, taskId: 'a-task' }, 4);
    await signal.send({ logger: log.logger, taskId: 'another-task' }, 5);
    expect(told).toEqual(['4', '5']);
    expect(signal.failures).toBe(2);
    expect(log.events()).toMatchObject([
      {
        level: 'error',
        taskId: 'a-task',
        signal: 'numbers',
        handler: 'refuse',
        failures: 1,
        err: { type: 'RangeError' },
      },
      { taskId: 'another-task', failures: 2 },
    ]);
  });

  it('gives up on a handler that never ends, and calls the next', async () => {
    jest.useFakeTimers();
    try {
      const { signal, told } = numbers();
      const log = captureLog();
      signal.connect(() => new Promise(() => undefined));
      signal.connect(() => void told.push('next'));
      const sent = signal.send({ logger: log.logger, taskId: 'a-task' }, 4);
      await jest.advanceTimersByTimeAsync(5_000);
      await sent;
      expect(told).toEqual(['next']);
      expect(log.events()).toMatchObject([{ taskId: 'a-task', err: { type: 'DeadlineError' } }]);
    } finally {
      jest.useRealTimers();
    }
  });
});
