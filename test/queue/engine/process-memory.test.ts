import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { residentBytes } from '../../../src/queue/engine/process-memory.ts';

describe('the memory of processes', () => {
  it('is told of those that live, and not of one that has ended', async () => {
    const ended = spawn(process.execPath, ['-e', '']);
    const alive = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)']);
    try {
      await Promise.all([once(ended, 'exit'), once(alive.stdout, 'data')]);
      const [endedPid = 0, alivePid = 0] = [ended.pid, alive.pid];
      const bytes = await residentBytes([process.pid, endedPid, alivePid]);
      expect([...bytes.keys()].toSorted()).toEqual([process.pid, alivePid].toSorted());
      const own = process.memoryUsage.rss();
      expect(bytes.get(process.pid)).toBeGreaterThan(own / 2);
      expect(bytes.get(process.pid)).toBeLessThan(own * 2);
      expect(bytes.get(alivePid)).toBeGreaterThan(10e6);
      expect(await residentBytes([endedPid])).toEqual(new Map());
    } finally {
      alive.kill('SIGKILL');
    }
  });

  it('is none of no processes', async () => {
    expect(await residentBytes([])).toEqual(new Map());
  });
});
