import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failOddly, ODDITIES, wait } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

/** What is stored of each. */
const MESSAGES: Readonly<Record<string, string>> = {
  'a frozen error': 'Error: ice',
  'an error whose message cannot be read': 'Error: (the message of the error cannot be read)',
  'an error with a property that cannot be read': 'Error: hidden',
  'an error whose stack is no text': 'Error: flat',
  'an error whose name is a symbol': 'Symbol(odd): named',
  'an error that cannot be inspected': 'Error: private',
  'a chain of 20,000 causes': 'Error: outer',
  'an error that is its own cause': 'Error: circle',
  'an object whose text cannot be had': '(a thrown object that has no text)',
  'an object without a prototype': '(a thrown object that has no text)',
  'a symbol': 'Symbol(thrown)',
  'a big number': '12',
  'nothing at all': 'undefined',
  'a proxy that was revoked': '(a thrown object that has no text)',
};

describe('whatever a task throws', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('ends in one failed attempt with a true message, and its worker lives', async () => {
    const engine = await test.startEngine();
    const before = await workerPid('before');
    for (const oddity of Object.keys(ODDITIES)) {
      for (const secret of [undefined, 'a secret of the caller']) {
        const args = secret === undefined ? { oddity } : { oddity, secret };
        const id = await test.queue.asyncTask(failOddly, args);
        const row = await test.finished(id);
        expect({ oddity, ...row }).toMatchObject({
          success: false,
          attempt_count: 1,
          result: { error: MESSAGES[oddity] },
        });
        await engine.waitForLine(({ msg, taskId }) => msg === 'task failed' && taskId === id);
      }
    }
    expect(await workerPid('after')).toBe(before);
    expect(engine.log.filter(({ msg }) => String(msg).startsWith('a worker ended'))).toEqual([]);
  });

  async function workerPid(label: string): Promise<number> {
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label });
    const started = await test.waitForEvent(`start ${label} 1`);
    await test.letGo(label);
    await test.finished(id);
    return Number(started.split(' ')[3]);
  }
});
