import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineMilliseconds } from '../../platform/machine-clock.ts';
import { PRODUCT_SLUG } from '../../platform/product.ts';
import type { AttemptResult } from './messages.ts';

/** The file descriptor under which a worker process has its slate: the one after stdin, stdout, stderr, and IPC. */
const SLATE_FILE_DESCRIPTOR = 4;

/** What a worker does, in its own words. */
export interface Turn {
  /** Tasks that it has begun so far. */
  readonly begun: number;
  /** Whether the last of them still runs. */
  readonly isRunning: boolean;
  /** How long ago the last of them began. */
  readonly seconds: number;
}

/** The offset of each number, in bytes: those of the worker first, then the sentinel's; then the worker's results. */
const TURN_AT = 0;
const BEGAN_AT = 8;
const LENGTH_AT = 16;
const DEADLINE_AT = 24;
const LIMIT_AT = 32;
const RESULTS_AT = 40;

/** A larger result is not written down; a message takes little longer than its task. */
const LARGEST_RESULT_BYTES = 64 * 1_024;

/**
 * What a sentinel and its worker write down for each other without a message: a file that has no name, with a
 * descriptor in both. A worker that hangs, or that was killed, has said by it which task it was at, and how those before
 * it ended; and a worker finds in it how long its tasks are its engine's, though the sentinel itself be frozen. A write
 * takes a few microseconds, so that there can be some for each task; a message takes longer than a quick task.
 */
export class Slate {
  readonly #fileDescriptor: number;
  readonly #header = Buffer.alloc(RESULTS_AT);
  readonly #limit = Buffer.alloc(8);
  #begun = 0;
  #length = 0;

  private constructor(fileDescriptor: number) {
    this.#fileDescriptor = fileDescriptor;
  }

  /** A new one, for a sentinel to hand to a worker. */
  static create(): Slate {
    const path = join(tmpdir(), `${PRODUCT_SLUG}-slate-${randomUUID()}`);
    const fileDescriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    writeSync(fileDescriptor, Buffer.alloc(RESULTS_AT));
    return new Slate(fileDescriptor);
  }

  /** The one that this process has from its sentinel. */
  static inherited(): Slate {
    return new Slate(SLATE_FILE_DESCRIPTOR);
  }

  /** To be handed to a new process. */
  get fileDescriptor(): number {
    return this.#fileDescriptor;
  }

  /** By the worker: the next task begins. Returns false if it may not, as the sentinel has taken it back. */
  begin(): boolean {
    this.#begun += 1;
    // First written, then read, while a sentinel first limits and then reads: so that one of both sees the other.
    this.#writeTurn(this.#begun);
    readSync(this.#fileDescriptor, this.#limit, 0, this.#limit.length, LIMIT_AT);
    const limit = this.#limit.readDoubleLE();
    if (limit === 0 || this.#begun <= limit) return true;
    this.#begun -= 1;
    this.rest();
    return false;
  }

  /**
   * By the sentinel: the worker may begin no task after the one that runs, the `begun`th. Returns whether that came in
   * time; if not, nothing is limited.
   */
  limit(begun: number): boolean {
    this.#writeLimit(begun);
    if (this.turn.begun === begun) return true;
    this.#writeLimit(0);
    return false;
  }

  /** By the sentinel: the worker may begin tasks again. */
  liftLimit(): void {
    this.#writeLimit(0);
  }

  /** By the worker: all that began has ended. */
  rest(): void {
    this.#writeTurn(-this.#begun);
  }

  /**
   * By the worker: a task has ended like this, which the next {@link begin} or {@link rest} makes known. Returns false
   * if the result is too large.
   */
  keep(result: AttemptResult): boolean {
    const line = Buffer.from(`${JSON.stringify(result)}\n`);
    if (line.length > LARGEST_RESULT_BYTES) return false;
    writeSync(this.#fileDescriptor, line, 0, line.length, RESULTS_AT + this.#length);
    this.#length += line.length;
    return true;
  }

  /** By the worker: the results that were kept are sent. */
  forgetResults(): void {
    this.#length = 0;
  }

  /** The results that the worker kept; others, which it has sent, may be among them. */
  get results(): readonly AttemptResult[] {
    this.#read();
    const results = Buffer.alloc(this.#header.readDoubleLE(LENGTH_AT));
    readSync(this.#fileDescriptor, results, 0, results.length, RESULTS_AT);
    return results.toString().split('\n').flatMap(parseResult);
  }

  /** What the worker does. */
  get turn(): Turn {
    this.#read();
    const turn = this.#header.readDoubleLE(TURN_AT);
    return {
      begun: Math.abs(turn),
      isRunning: turn > 0,
      seconds: (machineMilliseconds() - this.#header.readDoubleLE(BEGAN_AT)) / 1_000,
    };
  }

  /** By the sentinel: the worker's tasks are its engine's for so long from now. */
  allow(milliseconds: number): void {
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleLE(machineMilliseconds() + milliseconds);
    writeSync(this.#fileDescriptor, buffer, 0, buffer.length, DEADLINE_AT);
  }

  /** Whether a task runs that may be another engine's by now. */
  get isOverdue(): boolean {
    return this.turn.isRunning && machineMilliseconds() > this.#header.readDoubleLE(DEADLINE_AT);
  }

  /** Lets go of it; the file is gone when both have. */
  close(): void {
    closeSync(this.#fileDescriptor);
  }

  #writeLimit(begun: number): void {
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleLE(begun);
    writeSync(this.#fileDescriptor, buffer, 0, buffer.length, LIMIT_AT);
  }

  #writeTurn(turn: number): void {
    this.#header.writeDoubleLE(turn, TURN_AT);
    this.#header.writeDoubleLE(machineMilliseconds(), BEGAN_AT);
    this.#header.writeDoubleLE(this.#length, LENGTH_AT);
    writeSync(this.#fileDescriptor, this.#header, 0, DEADLINE_AT, TURN_AT);
  }

  #read(): void {
    readSync(this.#fileDescriptor, this.#header, 0, RESULTS_AT, 0);
  }
}

/** What stood there before may show behind the newest result, from the middle of a line on. */
function parseResult(line: string): AttemptResult[] {
  try {
    return [JSON.parse(line) as AttemptResult];
  } catch {
    return [];
  }
}
