import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatEvent, isLoud, type LogFile, oneLine, readLogLine } from './log-output.ts';
import { type EndingStep, endProcess } from './processes.ts';

/** A process ended before it was ready, or too often; the message has its last words. */
export class ProcessFailedError extends Error {
  override readonly name = 'ProcessFailedError';
}

/** Options of {@link SupervisedProcess}. */
export interface SupervisedProcessOptions {
  /** As it is shown to people. */
  readonly name: string;
  /** The file that Node runs. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The message in its log by which it says that it is ready. */
  readonly readyMessage: string;
  readonly log: LogFile;
  /** Is given lines for the terminal. */
  readonly print: (line: string) => void;
  /** Called each time that it was started. */
  readonly onStarted: (pid: number) => void;
  /** Called when it is given up. */
  readonly onGivenUp: (error: ProcessFailedError) => void;
}

const RESTART_WAITS_SECONDS = [1, 2, 5, 10, 20];

/** A process that has run for so long does not count as failing again and again. */
const STABLE_MILLISECONDS = 60_000;

const LAST_WORDS_LINES = 20;

/**
 * A child process of the same code that production runs. It is started again when it dies, later each time, and given
 * up when it does not stay.
 *
 *     starting ─► ready ─► (died) ─► waiting ─► starting …        stop(): stopping ─► stopped
 */
export class SupervisedProcess {
  readonly #options: SupervisedProcessOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #lastWords: string[] = [];
  #failuresInARow = 0;

  constructor(options: SupervisedProcessOptions) {
    this.#options = options;
  }

  /** Starts it, and returns when it is ready. @throws {ProcessFailedError} if it ends before that. */
  async start(): Promise<void> {
    const { child, ready, closed } = this.#launch();
    const outcome = await Promise.race([ready.then(() => 'ready'), closed]);
    if (outcome !== 'ready') throw this.#failure(`did not start (${outcome})`);
    void this.#watch(child, closed);
  }

  /** Stops it, step by step; it is not started again. */
  async stop(steps: readonly EndingStep[]): Promise<void> {
    this.#stopping.abort();
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const signal = await endProcess(pid, steps);
    if (signal === 'SIGKILL') this.kill();
  }

  /** Ends it and all that it started, at once. */
  kill(): void {
    this.#stopping.abort();
    if (this.#child) this.#killGroup(this.#child);
  }

  #launch(): { child: ChildProcess; ready: Promise<void>; closed: Promise<string> } {
    const { script, args = [], environment, log, print, name, readyMessage } = this.#options;
    const child = spawn(process.execPath, [script, ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in a terminal is for this process, which stops everything in order.
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) this.#options.onStarted(child.pid);
    const { promise: ready, resolve: becomeReady } = Promise.withResolvers<void>();
    this.#lastWords = [];
    const read = (line: string) => {
      log.write(`${line}\n`);
      const event = readLogLine(line);
      if (event?.message === readyMessage) becomeReady();
      if (!event || isLoud(event)) this.#remember(event ? event.message : line);
      if (event && isLoud(event)) print(formatEvent(name, event));
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', read);
    }
    // What it may leave of its own children holds connections and tasks, and its output open.
    child.once('exit', () => this.#killGroup(child));
    const closed = new Promise<string>((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
    return { child, ready, closed };
  }

  async #watch(child: ChildProcess, closed: Promise<string>): Promise<void> {
    const started = Date.now();
    const reason = await closed;
    if (this.#stopping.signal.aborted || child !== this.#child) return;
    if (Date.now() - started > STABLE_MILLISECONDS) this.#failuresInARow = 0;
    const waitSeconds = RESTART_WAITS_SECONDS[this.#failuresInARow];
    this.#failuresInARow += 1;
    if (waitSeconds === undefined) {
      this.#options.onGivenUp(this.#failure(`ended again and again (${reason})`));
      return;
    }
    this.#options.print(
      formatEvent(this.#options.name, {
        level: 'error',
        message: `The ${this.#options.name} ended (${reason}); it is started again in ${waitSeconds} s`,
        fields: {},
      }),
    );
    try {
      await sleep(waitSeconds * 1_000, undefined, { signal: this.#stopping.signal });
    } catch {
      return;
    }
    const again = this.#launch();
    void this.#watch(again.child, again.closed);
  }

  #killGroup(child: ChildProcess): void {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  }

  #remember(line: string): void {
    this.#lastWords.push(oneLine(line));
    if (this.#lastWords.length > LAST_WORDS_LINES) this.#lastWords.shift();
  }

  #failure(what: string): ProcessFailedError {
    const words = this.#lastWords.filter(Boolean).map((line) => `\n    ${line}`);
    return new ProcessFailedError(
      `The ${this.#options.name} ${what}.${words.length > 0 ? ' It said:' : ''}${words.join('')}`,
    );
  }
}
