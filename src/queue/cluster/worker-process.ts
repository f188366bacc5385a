import { type ChildProcess, fork } from 'node:child_process';
import type { TaskOutcome, TaskProgress } from '../task-function.ts';
import type { SentinelMessage, WorkerMessage } from './messages.ts';
import type { TakenTask } from './pusher.ts';

/** A task in a worker. */
export interface Assignment extends TakenTask {
  readonly timeoutSeconds: number;
}

/** What a {@link WorkerProcess} tells its crew. */
export interface WorkerProcessEvents {
  /** It can take a task, for the first time or again. */
  onIdle(worker: WorkerProcess): void;
  /** The function returned or threw, after so long. */
  onFinished(worker: WorkerProcess, assignment: Assignment, outcome: TaskOutcome, milliseconds: number): void;
  /** A function told how far it is. */
  onProgress(worker: WorkerProcess, assignment: Assignment, progress: TaskProgress): void;
  /** The process is gone; these are the tasks that it did not finish, of which only the first was running. */
  onGone(worker: WorkerProcess, end: WorkerEnd, assignments: readonly Assignment[]): void;
}

/** Why a worker process ended. */
export interface WorkerEnd {
  readonly cause: 'stopped' | 'timeout' | 'cancelled' | 'killed' | 'died';
  /** For people: the signal or exit code, or why it was killed. */
  readonly reason: string;
}

/** How long a function may take to react to its signal, before its process is killed. */
export const ABORT_GRACE_SECONDS = 5;

/** How long a new process may take until it can take a task. */
const START_TIMEOUT_SECONDS = 60;

/** `setTimeout` counts milliseconds in 32 bits. */
const LONGEST_TIMER_MILLISECONDS = 2_147_483_647;

/**
 * The sentinel's hold on one worker process.
 *
 *     starting ──ready──► idle ──assign──► busy ──all finished──► idle
 *         └───────────────┴── stop, kill, death ─────┴──────► gone
 */
export class WorkerProcess {
  /** By `performance.now()`: when it was started. */
  readonly bornMilliseconds = performance.now();
  readonly #child: ChildProcess;
  readonly #events: WorkerProcessEvents;
  #state: 'starting' | 'idle' | 'busy' | 'stopping' | 'gone' = 'starting';
  /** The first one runs, the others wait behind it. */
  #assignments: Assignment[] = [];
  /** Of those that stand behind the running one and are to stop when their turn comes. */
  readonly #aborted = new Map<string, WorkerEnd>();
  #runningSince = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #end: WorkerEnd | undefined;
  #finishedTasks = 0;

  constructor(module: URL, events: WorkerProcessEvents) {
    this.#events = events;
    // A process group of its own: a terminal's Ctrl-C leaves it and the programs that it runs alone, and a kill
    // takes them along.
    this.#child = fork(module, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    this.#child.on('message', (message: WorkerMessage) => this.#hear(message));
    this.#child.once('error', (error) => this.#leave({ cause: 'died', reason: error.message }));
    this.#child.once('exit', (code, signal) => {
      this.#killGroup();
      this.#leave(this.#end ?? { cause: 'died', reason: signal ?? `exit code ${code}` });
    });
    this.#after(START_TIMEOUT_SECONDS, () =>
      this.kill({ cause: 'killed', reason: `it was not ready after ${START_TIMEOUT_SECONDS} seconds` }),
    );
  }

  /** The process's id, while there is one. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it runs nothing, and could. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether it can be given tasks, now or behind those that it has. */
  get takesTasks(): boolean {
    return (this.#state === 'idle' || this.#state === 'busy') && this.#end === undefined;
  }

  /** The task that it runs, and those behind it. */
  get assignments(): readonly Assignment[] {
    return this.#assignments;
  }

  /** By `performance.now()`: when the first of its tasks began. */
  get runningSince(): number {
    return this.#runningSince;
  }

  /** Tasks that it has finished so far. */
  get finishedTasks(): number {
    return this.#finishedTasks;
  }

  /** Gives it tasks, behind those that it has; it has to take them. */
  assign(assignments: readonly Assignment[]): void {
    const wasIdle = this.#assignments.length === 0;
    this.#assignments.push(...assignments);
    this.#state = 'busy';
    this.#tell({ type: 'run', tasks: assignments.map(({ task, attempt }) => ({ task, attempt })) });
    if (wasIdle) this.#watch();
  }

  /** Asks the function of a task to stop, and ends the process where it does not. */
  abort(taskId: string, end: WorkerEnd): void {
    this.#tell({ type: 'abort', taskId, reason: end.reason });
    if (this.#assignments[0]?.task.id === taskId) this.#after(ABORT_GRACE_SECONDS, () => this.kill(end));
    else this.#aborted.set(taskId, end);
  }

  /** Ends an idle or starting process; a busy one is left to finish. */
  stop(): void {
    if (this.#state === 'busy' || this.#state === 'stopping' || this.#state === 'gone') return;
    this.#end = { cause: 'stopped', reason: 'it was asked to' };
    if (this.#state === 'starting') this.#killGroup();
    else this.#tell({ type: 'stop' });
    this.#state = 'stopping';
    this.#after(ABORT_GRACE_SECONDS, () => this.#killGroup());
  }

  /** Ends the process now, whatever it does. */
  kill(end: WorkerEnd): void {
    this.#end ??= end;
    this.#killGroup();
  }

  #hear(message: WorkerMessage): void {
    if (this.#state === 'gone') return;
    switch (message.type) {
      case 'ready':
        if (!this.#end) this.#rest();
        return;
      case 'progress': {
        const assignment = this.#assignments.find(({ task }) => task.id === message.taskId);
        if (assignment) this.#events.onProgress(this, assignment, message.progress);
        return;
      }
      case 'finished': {
        const ended = message.results.flatMap((result) => {
          const assignment = this.#assignments[0];
          if (assignment?.task.id !== result.taskId) return [];
          this.#assignments.shift();
          return [{ assignment, ...result }];
        });
        this.#finishedTasks += ended.length;
        // First what it does next, so that no worker waits for what becomes of its results.
        if (this.#assignments.length === 0) this.#rest();
        else this.#watch();
        for (const { assignment, outcome, milliseconds } of ended)
          this.#events.onFinished(this, assignment, outcome, milliseconds);
      }
    }
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#state = 'idle';
    this.#events.onIdle(this);
  }

  /** The first of its tasks has begun. */
  #watch(): void {
    this.#runningSince = performance.now();
    const [running] = this.#assignments;
    if (!running) return;
    const { task, timeoutSeconds } = running;
    const aborted = this.#aborted.get(task.id);
    this.#aborted.delete(task.id);
    if (aborted) {
      this.#after(ABORT_GRACE_SECONDS, () => this.kill(aborted));
      return;
    }
    this.#after(timeoutSeconds, () =>
      this.abort(task.id, {
        cause: 'timeout',
        reason: `The task ran past its timeout of ${timeoutSeconds} seconds`,
      }),
    );
  }

  #leave(end: WorkerEnd): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    clearTimeout(this.#timer);
    const assignments = this.#assignments;
    this.#assignments = [];
    this.#events.onGone(this, end, assignments);
  }

  /** Also when the process has ended: programs that it ran may go on without it. */
  #killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // Nobody is left in it.
    }
  }

  #after(seconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, Math.min(seconds * 1_000, LONGEST_TIMER_MILLISECONDS));
  }

  #tell(message: SentinelMessage): void {
    // A process that is gone says so by its exit; what could not be told then needs no answer.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
