import { type ChildProcess, fork } from 'node:child_process';
import type { TaskOutcome } from '../task-function.ts';
import type { SentinelMessage, WorkerMessage } from './messages.ts';
import type { TakenTask } from './pusher.ts';

/** A task in a worker. */
export interface Assignment extends TakenTask {
  /** By `performance.now()`. */
  readonly takenMilliseconds: number;
  readonly timeoutSeconds: number;
}

/** What a {@link WorkerProcess} tells its sentinel. */
export interface WorkerProcessEvents {
  /** It can take a task, for the first time or again. */
  onIdle(worker: WorkerProcess): void;
  /** The function returned or threw. */
  onFinished(worker: WorkerProcess, assignment: Assignment, outcome: TaskOutcome): void;
  /** The process is gone; `assignment` is the task that it did not finish. */
  onGone(worker: WorkerProcess, reason: WorkerEnd, assignment: Assignment | undefined): void;
}

/** Why a worker process ended. */
export interface WorkerEnd {
  readonly cause: 'stopped' | 'timeout' | 'killed' | 'died';
  /** For people: the signal or exit code, or why it was killed. */
  readonly reason: string;
}

/** How long a function may take to react to its signal at its timeout, before its process is killed. */
const ABORT_GRACE_SECONDS = 5;

/** How long a new process may take until it can take a task. */
const START_TIMEOUT_SECONDS = 60;

/** `setTimeout` counts milliseconds in 32 bits. */
const LONGEST_TIMER_MILLISECONDS = 2_147_483_647;

/**
 * The sentinel's hold on one worker process.
 *
 *     starting ──ready──► idle ──assign──► busy ──finished──► idle
 *         └───────────────┴── stop, kill, death ─────┴──────► gone
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #events: WorkerProcessEvents;
  #state: 'starting' | 'idle' | 'busy' | 'gone' = 'starting';
  #assignment: Assignment | undefined;
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

  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** The task that it runs. */
  get assignment(): Assignment | undefined {
    return this.#assignment;
  }

  /** Tasks that it has finished so far. */
  get finishedTasks(): number {
    return this.#finishedTasks;
  }

  /** Gives it a task; it has to be idle. */
  assign(assignment: Assignment): void {
    this.#state = 'busy';
    this.#assignment = assignment;
    this.#tell({ type: 'run', task: assignment.task, attempt: assignment.attempt });
    this.#after(assignment.timeoutSeconds, () => this.#timeOut(assignment));
  }

  /** Ends an idle or starting process; a busy one is left to finish. */
  stop(): void {
    if (this.#state === 'busy' || this.#state === 'gone') return;
    this.#end = { cause: 'stopped', reason: 'it was asked to' };
    if (this.#state === 'starting') this.#killGroup();
    else this.#tell({ type: 'stop' });
    this.#state = 'starting';
    this.#after(ABORT_GRACE_SECONDS, () => this.#killGroup());
  }

  /** Ends the process now, whatever it does. */
  kill(end: WorkerEnd): void {
    this.#end ??= end;
    this.#killGroup();
  }

  #hear(message: WorkerMessage): void {
    if (this.#state === 'gone') return;
    if (message.type === 'ready') {
      if (this.#end) return;
      this.#rest();
      return;
    }
    const assignment = this.#assignment;
    if (assignment?.task.id !== message.taskId) return;
    this.#finishedTasks += 1;
    this.#rest();
    this.#events.onFinished(this, assignment, message.outcome);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#assignment = undefined;
    this.#state = 'idle';
    this.#events.onIdle(this);
  }

  #timeOut({ task, timeoutSeconds }: Assignment): void {
    const reason = `The task ran past its timeout of ${timeoutSeconds} seconds`;
    this.#tell({ type: 'abort', taskId: task.id, reason });
    this.#after(ABORT_GRACE_SECONDS, () => this.kill({ cause: 'timeout', reason }));
  }

  #leave(end: WorkerEnd): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    clearTimeout(this.#timer);
    const assignment = this.#assignment;
    this.#assignment = undefined;
    this.#events.onGone(this, end, assignment);
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
