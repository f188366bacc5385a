import { describe, expect, it } from '@jest/globals';
import { CanvasMemory } from '../../../../src/apps/view-server/renderer/canvas-memory.ts';

describe('the memory of a picture', () => {
  it('is given to the next one of its size, all zero', () => {
    const memory = new CanvasMemory();
    const first = memory.take(1_024);
    first.fill(7);
    expect(memory.take(1_024)).not.toBe(first);
    memory.giveBack(first);
    expect(memory.take(2_048)).not.toBe(first);
    const next = memory.take(1_024);
    expect(next).toBe(first);
    expect(next.every((byte) => byte === 0)).toBe(true);
  });

  it('is given to one picture only, however often it was given back', () => {
    const memory = new CanvasMemory();
    const first = memory.take(1_024);
    memory.giveBack(first);
    memory.giveBack(first);
    expect(memory.take(1_024)).toBe(first);
    expect(memory.take(1_024)).not.toBe(first);
  });

  it('is not kept where it is large', () => {
    const memory = new CanvasMemory();
    const large = memory.take(1_024 * 1_024 * 4);
    memory.giveBack(large);
    expect(memory.take(large.length)).not.toBe(large);
  });
});
