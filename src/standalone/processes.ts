import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const POLL_MILLISECONDS = 20;

/** Whether a process runs; one that has ended and was only not taken note of does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return !isZombie(pid);
}

/** A process's command line, as far as the system shows it. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
      (text) => text.replaceAll('\0', ' '),
      () => '',
    );
  }
  return promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/** A signal, and how long to wait for its effect before the next one is sent. */
export interface EndingStep {
  readonly signal: NodeJS.Signals;
  readonly waitMilliseconds: number;
}

/**
 * Ends a process, child of ours or not, step by step.
 *
 * @param target a process's id; or a process group's, negative, whose leader is waited for.
 * @returns the signal that did it; undefined if it ran no more, or if even the last step did not help.
 */
export async function endProcess(
  target: number,
  steps: readonly EndingStep[],
): Promise<NodeJS.Signals | undefined> {
  const pid = Math.abs(target);
  for (const { signal, waitMilliseconds } of steps) {
    if (!isRunning(pid)) return undefined;
    try {
      process.kill(target, signal);
    } catch {
      // It may have ended just now; the next look shows it.
    }
    if (await untilEnded(pid, waitMilliseconds)) return signal;
  }
  return undefined;
}

async function untilEnded(pid: number, waitMilliseconds: number): Promise<boolean> {
  const deadline = Date.now() + waitMilliseconds;
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    // The state follows the name, which is in brackets and may itself hold some.
    return /\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
