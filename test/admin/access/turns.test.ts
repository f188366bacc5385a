import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../../src/admin/access/turns.ts';

describe('turns', () => {
  it('are taken one by one of the same key, in order, and after a failure too', async () => {
    const turns = new Turns();
    const events: string[] = [];
    const first = Promise.withResolvers<void>();
    const run = (name: string, until?: Promise<void>) => async () => {
      events.push(`begin ${name}`);
      await until;
      events.push(`end ${name}`);
    };
    const one = turns.take('a', run('one', first.promise));
    const two = turns.take('a', async () => {
      events.push('two fails');
      throw new Error('two');
    });
    const three = turns.take('a', run('three'));
    await turns.take('b', run('other'));
    first.resolve();
    await one;
    await expect(two).rejects.toThrow('two');
    await three;
    await turns.take('a', run('four'));
    expect(events).toEqual([
      'begin one',
      'begin other',
      'end other',
      'end one',
      'two fails',
      'begin three',
      'end three',
      'begin four',
      'end four',
    ]);
  });
});
