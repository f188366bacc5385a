import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { familyResidentBytes, residentBytes } from '../../../src/queue/engine/process-memory.ts';

describe('the memory of processes', () => {
  it('is known of those that live, and not of one that has ended', async () => {
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

  it('counts the programs that a process runs, and those that they run', async () => {
    const idle = 'setInterval(() => {}, 1e6)';
    const parent = (inner: string) =>
      `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' }); ${idle}`;
    const grandchild = `console.log('here'); ${idle}`;
    const child = spawn(process.execPath, ['-e', parent(parent(grandchild))], { detached: true });
    try {
      await once(child.stdout, 'data');
      const { pid = 0 } = child;
      const own = (await residentBytes([pid])).get(pid) ?? 0;
      expect((await familyResidentBytes([pid])).get(pid)).toBeGreaterThan(2.5 * own);
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
  });

  it('is none of no processes', async () => {
    expect(await residentBytes([])).toEqual(new Map());
  });
});
