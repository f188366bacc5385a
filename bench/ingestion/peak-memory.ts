import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MILLISECONDS = 100;

/** Finds processes of one kind. */
export interface ProcessKind {
  readonly name: string;
  readonly pids: () => Promise<readonly number[]>;
}

/**
 * Looks again and again at how much memory processes have of their own: without their code, and without what they share, such
 * as the cache of Postgres.
 */
export class PeakMemory {
  readonly #kinds: readonly ProcessKind[];
  readonly #peaks = new Map<string, number>();
  readonly #loop: Promise<void>;
  #isRunning = true;

  constructor(kinds: readonly ProcessKind[]) {
    this.#kinds = kinds;
    this.#loop = this.#repeat();
  }

  /** Returns the most bytes that a process of each kind had. */
  async stop(): Promise<ReadonlyMap<string, number>> {
    this.#isRunning = false;
    await this.#loop;
    return this.#peaks;
  }

  async #repeat(): Promise<void> {
    while (this.#isRunning) {
      for (const { name, pids } of this.#kinds) {
        const sizes = await Promise.all((await pids()).map(ownBytes));
        this.#peaks.set(name, Math.max(this.#peaks.get(name) ?? 0, ...sizes));
      }
      await pause(INTERVAL_MILLISECONDS);
    }
  }
}

/** Returns the ids of the processes that a process has started; Linux alone tells them. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** 0 where the process has ended. */
async function ownBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
}
