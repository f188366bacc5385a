import { describe, expect, it } from '@jest/globals';
import { defineTaskFunction } from '../../../src/queue/tasks/task-function.ts';
import {
  TaskHandlerLoadError,
  TaskHandlers,
  UnknownTaskFunctionError,
} from '../../../src/queue/tasks/task-handlers.ts';

describe('the code of a task function', () => {
  it('is loaded when it is first needed, and kept', async () => {
    const loaded: string[] = [];
    const functionOf = (name: string) =>
      defineTaskFunction<Record<string, never>, string>({
        name,
        load: async () => {
          loaded.push(name);
          return async () => name;
        },
      });
    const handlers = new TaskHandlers([functionOf('test.one'), functionOf('test.two')]);
    expect(loaded).toEqual([]);
    const first = await handlers.handlerOf('test.one');
    expect(await handlers.handlerOf('test.one')).toBe(first);
    expect(loaded).toEqual(['test.one']);
  });

  it('is tried again after it could not be loaded', async () => {
    const cause = new Error('a library is missing');
    let tries = 0;
    const handlers = new TaskHandlers([
      defineTaskFunction<Record<string, never>, null>({
        name: 'test.broken',
        load: async () => {
          tries += 1;
          if (tries === 1) throw cause;
          return async () => null;
        },
      }),
    ]);
    await expect(handlers.handlerOf('test.broken')).rejects.toThrow(
      new TaskHandlerLoadError('test.broken', cause),
    );
    await handlers.handlerOf('test.broken');
    expect(tries).toBe(2);
  });

  it('is not there for a function that no app has', async () => {
    await expect(new TaskHandlers([]).handlerOf('test.gone')).rejects.toThrow(UnknownTaskFunctionError);
  });
});
