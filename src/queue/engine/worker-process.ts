import { type ChildProcess, fork } from 'node:child_process';
import { machineMilliseconds } from '../../platform/machine-clock.ts';
import type { Assignment, AssignmentEvents, FunctionRun, LeftTasks, WorkerEnd } from './attempts.ts';
import type { AttemptResult, SentinelMessage, WorkerMessage } from './messages.ts';
import { Slate } from './slate.ts';

/** What becomes of a worker process. */
export interface WorkerProcessEvents {
  /** It can take a task, for the first time or again. */
  onIdle(worker: WorkerProcess): void;
  /** The process has ended, and {@link AssignmentEvents.onLost} has been called with the tasks it left. */
  onGone(worker: WorkerProcess, end: WorkerEnd, left: LeftTasks): void;
}

/** What a {@link WorkerProcess} needs. */
export interface WorkerProcessOptions {
  /** The entry point of the process. */
  readonly module: URL;
  readonly events: WorkerProcessEvents;
  readonly assignmentEvents: AssignmentEvents;
  /** For how long from now its tasks belong to its engine; see {@link WorkerProcess.extend}. */
  readonly mayRunMilliseconds: number;
}

/** A task that has ended, and how. */
interface EndedAssignment {
  readonly assignment: Assignment;
  readonly result: AttemptResult;
}

/** How long a function may take to react to its signal, before its process is killed. */
const ABORT_GRACE_SECONDS = 5;

/**
 * How long a process may take to begin the first of the tasks that it was given, or the next one once it has reported an
 * end. An idle process begins within a millisecond: one that takes so long is stopped, or kept busy by what a function
 * left behind.
 */
export const BEGIN_SECONDS = 5;

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
  readonly #slate = Slate.create();
  readonly #child: ChildProcess;
  readonly #events: WorkerProcessEvents;
  readonly #assignmentEvents: AssignmentEvents;
  #state: 'starting' | 'idle' | 'busy' | 'stopping' | 'gone' = 'starting';
  /** One runs, the others wait behind it; those before it have ended, their results on the way. */
  #assignments: Assignment[] = [];
  /** The tasks behind the running one that are to stop when their turn comes. */
  readonly #aborted = new Map<string, WorkerEnd>();
  #busySince = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #end: WorkerEnd | undefined;
  #finishedTasks = 0;
  /** Whether tasks were taken back that the process has not let go of yet. */
  #isWithdrawing = false;

  constructor({ module, events, assignmentEvents, mayRunMilliseconds }: WorkerProcessOptions) {
    this.#events = events;
    this.#assignmentEvents = assignmentEvents;
    this.extend(mayRunMilliseconds);
    // A process group of its own: a terminal's Ctrl-C leaves it and the programs that it runs alone, and a kill
    // takes them along.
    this.#child = fork(module, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', this.#slate.fileDescriptor],
      detached: true,
    });
    this.#child.on('message', (message: WorkerMessage) => this.#hear(message));
    this.#child.once('error', (error) => this.#leave({ cause: 'died', reason: error.message }));
    this.#child.once('exit', (code, signal) => {
      this.#killGroup();
      const leave = () => this.#leave(this.#end ?? { cause: 'died', reason: signal ?? `exit code ${code}` });
      // Its last messages may still be on the way.
      if (this.#child.connected) this.#child.once('disconnect', leave);
      else leave();
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
    return (
      (this.#state === 'idle' || this.#state === 'busy') && !this.#isWithdrawing && this.#end === undefined
    );
  }

  /** The task that it runs, and those behind it. */
  get assignments(): readonly Assignment[] {
    return this.#assignments;
  }

  /** By `performance.now()`: when it last reported a task's end, or was given the first of its tasks. */
  get busySince(): number {
    return this.#busySince;
  }

  /** The task that it runs, and for how long already. */
  get running(): { readonly assignment: Assignment; readonly seconds: number } | undefined {
    const { begun, isRunning, seconds } = this.#slate.turn;
    const assignment = isRunning ? this.#assignments[begun - this.#finishedTasks - 1] : undefined;
    return assignment && { assignment, seconds };
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
    if (!wasIdle) return;
    this.#busySince = performance.now();
    this.#watch();
  }

  /** Says for how long from now tasks are its engine's. It ends itself when it runs one for longer. */
  extend(mayRunMilliseconds: number): void {
    if (this.#state !== 'gone') this.#slate.allow(mayRunMilliseconds);
  }

  /** Asks the function of a task to stop, and ends the process where it does not. */
  abort(taskId: string, end: WorkerEnd): void {
    this.#tell({ type: 'abort', taskId, reason: end.reason });
    // One that has not begun yet may begin before it hears of this.
    const next = this.running?.assignment ?? this.#assignments[0];
    if (next?.task.id === taskId) this.#after(ABORT_GRACE_SECONDS, () => this.kill(end));
    else this.#aborted.set(taskId, end);
  }

  /** Asks it to give back the tasks that it has not begun. */
  recall(): void {
    if (this.#assignments.length > 1) this.#tell({ type: 'recall' });
  }

  /**
   * Takes back the tasks behind one that has run for {@link BEGIN_SECONDS}, if the process has not heard that it should
   * give them back itself, because that one keeps it busy.
   */
  withdraw(): void {
    if (this.#assignments.length < 2 || !this.takesTasks) return;
    if (performance.now() - this.#busySince < BEGIN_SECONDS * 1_000) return;
    const { begun, isRunning } = this.#slate.turn;
    const count = begun - this.#finishedTasks;
    if (!isRunning || count < 1 || count >= this.#assignments.length || !this.#slate.limit(begun)) return;
    this.#isWithdrawing = true;
    // The process lets go of them when it hears this, and is given no others before that.
    this.#tell({ type: 'recall' });
    const withdrawn = this.#assignments.splice(count);
    for (const { task } of withdrawn) this.#aborted.delete(task.id);
    this.#assignmentEvents.onReturned(withdrawn);
  }

  /** Kills the process if it has tasks and has not begun one for {@link BEGIN_SECONDS}; its tasks are unharmed. */
  killIfItDoesNotBegin(): void {
    if (this.#state !== 'busy' || this.#end !== undefined || this.running) return;
    // A task that took long may have ended just now, with the report of that on its way.
    const restedSeconds = Math.min((performance.now() - this.#busySince) / 1_000, this.#slate.turn.seconds);
    if (restedSeconds < BEGIN_SECONDS) return;
    this.kill({ cause: 'killed', reason: `it did not begin its task within ${BEGIN_SECONDS} seconds` });
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
        if (assignment) this.#assignmentEvents.onProgress(assignment, message.progress);
        return;
      }
      case 'finished': {
        const ended = this.#takeEnded(message.results);
        this.#busySince = performance.now();
        // First what it does next, so that no worker waits for what becomes of its results.
        this.#goOn();
        this.#tellOfEnded(ended);
        return;
      }
      case 'returned': {
        if (this.#isWithdrawing) this.#slate.liftLimit();
        this.#isWithdrawing = false;
        const ids = new Set(message.taskIds);
        const returned = this.#assignments.filter(({ task }) => ids.has(task.id));
        this.#assignments = this.#assignments.filter(({ task }) => !ids.has(task.id));
        for (const id of ids) this.#aborted.delete(id);
        if (this.#state === 'busy') this.#goOn();
        this.#assignmentEvents.onReturned(returned);
      }
    }
  }

  #takeEnded(results: readonly AttemptResult[]): readonly EndedAssignment[] {
    const ended = results.flatMap((result) => {
      const assignment = this.#assignments[0];
      if (assignment?.task.id !== result.taskId || assignment.attempt !== result.attempt) return [];
      this.#assignments.shift();
      this.#aborted.delete(result.taskId);
      return [{ assignment, result }];
    });
    this.#finishedTasks += ended.length;
    return ended;
  }

  #tellOfEnded(ended: readonly EndedAssignment[]): void {
    // What the clock of this process is ahead of the one that it shares with its worker.
    const ahead = performance.now() - machineMilliseconds();
    for (const { assignment, result } of ended) {
      const { outcome, milliseconds, begunMachineMilliseconds } = result;
      this.#assignmentEvents.onFinished(assignment, outcome, {
        begunMilliseconds: begunMachineMilliseconds + ahead,
        milliseconds,
        workerPid: this.pid,
      });
    }
  }

  #goOn(): void {
    if (this.#assignments.length > 0) this.#watch();
    else if (!this.#isWithdrawing) this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#state = 'idle';
    this.#events.onIdle(this);
  }

  /** Sees to it that the task that runs ends in its time. */
  #watch(): void {
    const { assignment: watched = this.#assignments[0], seconds = 0 } = this.running ?? {};
    if (!watched) return;
    const { task, timeoutSeconds } = watched;
    const aborted = this.#aborted.get(task.id);
    this.#aborted.delete(task.id);
    if (aborted) {
      this.#after(ABORT_GRACE_SECONDS, () => this.kill(aborted));
      return;
    }
    this.#after(Math.max(0, timeoutSeconds - seconds), () => {
      const { running } = this;
      if (running?.assignment !== watched || running.seconds < timeoutSeconds) {
        // It has not begun or began late; or it has ended, and the next one keeps the process from saying so.
        this.#watch();
        return;
      }
      this.abort(task.id, {
        cause: 'timeout',
        reason: `The task ran past its timeout of ${timeoutSeconds} seconds`,
      });
    });
  }

  #leave(end: WorkerEnd): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    clearTimeout(this.#timer);
    const ended = this.#takeEnded(this.#slate.results);
    const run = this.#currentRun();
    const begun = this.#slate.turn.begun - this.#finishedTasks;
    const assignments = this.#assignments;
    this.#slate.close();
    this.#assignments = [];
    this.#tellOfEnded(ended);
    const left = { begun: assignments.slice(0, begun), unstarted: assignments.slice(begun), run };
    this.#assignmentEvents.onLost(left, end);
    this.#events.onGone(this, end, left);
  }

  #currentRun(): FunctionRun | undefined {
    const { isRunning, seconds } = this.#slate.turn;
    if (!isRunning) return undefined;
    const milliseconds = seconds * 1_000;
    return { begunMilliseconds: performance.now() - milliseconds, milliseconds, workerPid: this.pid };
  }

  /** Also when the process has ended: programs that it ran may go on without it. */
  #killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The group is empty.
    }
  }

  #after(seconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, Math.min(seconds * 1_000, LONGEST_TIMER_MILLISECONDS));
  }

  #tell(message: SentinelMessage): void {
    // A process that is gone is noticed by its exit; a message that could not be sent then is not needed.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
