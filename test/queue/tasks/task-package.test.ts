import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../../src/queue/tasks/task-function.ts';
import { creationOf, newTaskId, taskNameOf } from '../../../src/queue/tasks/task-identity.ts';
import {
  PackageSignatureError,
  PackageSigner,
  type SignedPackage,
  type TaskPackage,
} from '../../../src/queue/tasks/task-package.ts';

const task: TaskPackage = {
  id: '11111111-2222-4333-8444-555555555555',
  name: 'a task',
  func: 'test.add',
  args: { left: 1, right: { b: 2, a: [1, 2] } },
  group: null,
  started: '2026-11-22T00:00:00.000Z',
};

describe('a package', () => {
  const signer = new PackageSigner('a key');

  it('is verified as it was signed, in whatever order its keys come back', () => {
    const { signature, task: carried } = signedBy(signer, task);
    const { args, ...rest } = carried;
    const shuffled = { args: { right: { a: [1, 2], b: 2 }, left: 1 }, ...rest };
    expect(args).toEqual(shuffled.args);
    expect(signer.verify({ signature, task: shuffled }, task.id)).toEqual(task);
  });

  it('is carried without what follows from its id, and without what was not given', () => {
    const id = newTaskId();
    const plain = { ...task, id, name: taskNameOf(id), args: {}, started: creationOf(id) ?? '' };
    const signed = signedBy(signer, plain);
    expect(signed.task).toEqual({ func: 'test.add' });
    expect(signer.verify(signed, id)).toEqual(plain);
  });

  it.each<[string, unknown]>([
    ['changed arguments', { ...signedBy(signer, task), task: { ...task, args: { left: 2 } } }],
    ['another function', { ...signedBy(signer, task), task: { ...task, func: 'test.fail' } }],
    ['another key', signedBy(new PackageSigner('another key'), task)],
    ['no signature', { task }],
    ['no package', { signature: signedBy(signer, task).signature, task: null }],
    ['nothing', null],
    ['a text', 'package'],
  ])('with %s is refused', (_what, carried) => {
    expect(() => signer.verify(carried, task.id)).toThrow(PackageSignatureError);
  });

  it('under the id of another is refused, as a copy would run beside it', () => {
    const other = '00000000-0000-4000-8000-000000000000';
    expect(() => signer.verify(signedBy(signer, task), other)).toThrow(PackageSignatureError);
  });

  it.each<[string, unknown, boolean]>([
    ['was signed with another key', signedBy(new PackageSigner('another key'), task), true],
    ['is no package', { signature: 'x', task: null }, false],
    [
      'is nested too deeply to be read',
      { signature: 'x', task: { ...task, args: { nested: nest(100_000) } } },
      false,
    ],
  ])('says of what %s whether another key could verify it', (_what, carried, isSigned) => {
    expect(() => signer.verify(carried, task.id)).toThrow(expect.objectContaining({ isSigned }));
  });

  it('of an earlier key is verified as long as that is a fallback, and none is signed with it', () => {
    const rotated = new PackageSigner('a new key', ['a key']);
    expect(rotated.verify(signedBy(signer, task), task.id)).toEqual(task);
    const stranger = new PackageSigner('a new key');
    expect(() => stranger.verify(signedBy(signer, task), task.id)).toThrow(PackageSignatureError);
    expect(() => signer.verify(signedBy(rotated, task), task.id)).toThrow(PackageSignatureError);
  });
});

function signedBy(signer: PackageSigner, signedTask: TaskPackage): SignedPackage {
  return JSON.parse(signer.sign(signedTask));
}

/** An array in an array, and so on. */
function nest(depth: number): JsonValue {
  return Array.from({ length: depth }).reduce<JsonValue>((inner) => [inner], []);
}
