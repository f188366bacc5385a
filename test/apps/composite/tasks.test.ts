import { describe, expect, it } from '@jest/globals';
import { processMember } from '../../../src/apps/composite/tasks.ts';
import { SecretBox, UnsealError } from '../../../src/platform/crypto/secret-box.ts';
import { packTask } from '../../../src/queue/tasks/packing.ts';
import { openSecrets } from '../../../src/queue/tasks/sealed-arguments.ts';

describe("a caller's credentials", () => {
  const box = new SecretBox('a key for tests');
  const taskOf = (memberId: string, authorization: string) =>
    packTask(processMember, { memberId, authorization }, {}, box).task;

  it('are opened for the member that they came with', () => {
    expect(openSecrets(taskOf('one', 'Basic one'), processMember, box)).toEqual({
      authorization: 'Basic one',
    });
  });

  it('are not opened for the member of another', () => {
    const [one, two] = [taskOf('one', 'Basic one'), taskOf('two', 'Basic two')];
    const moved = { ...two, args: { ...two.args, authorization: one.args['authorization'] } };
    expect(() => openSecrets(moved, processMember, box)).toThrow(UnsealError);
    const asMember = { ...two, args: { ...two.args, memberId: one.args['authorization'] } };
    expect(() => openSecrets(asMember, processMember, box)).toThrow('The argument memberId');
  });
});
