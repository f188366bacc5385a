/** Below this, handing a task to a worker takes longer than the task. */
const QUICK_MILLISECONDS = 2;

/** What one run counts for at most: a moment without a processor does not make a function slow for long. */
const LONGEST_MILLISECONDS = 20;

/** Runs that a mean is taken over. A single slow one ends the trust for a moment, as others have waited behind it. */
const REMEMBERED_RUNS = 10;

/** Runs without which nothing is known. */
const FEWEST_RUNS = 3;

/**
 * How long functions take, lately: quick ones may be taken ahead of time and handed to workers in batches, while
 * the others are left in the queue for whichever engine has a worker free.
 */
export class Pace {
  readonly #functions = new Map<string, RunningMean>();
  #all = new RunningMean();

  /** A function ran for so long. */
  note(func: string, milliseconds: number): void {
    const mean = this.#functions.get(func) ?? new RunningMean();
    this.#functions.set(func, mean);
    for (const each of [mean, this.#all]) each.note(Math.min(milliseconds, LONGEST_MILLISECONDS));
  }

  /** A worker died in this function: until it has been quick for a while, it runs alone. */
  distrust(func: string): void {
    this.#functions.delete(func);
    this.#all = new RunningMean();
  }

  /** Whether tasks of this function may wait behind others in a worker. */
  isQuick(func: string): boolean {
    return this.#functions.get(func)?.isQuick ?? false;
  }

  /** How many tasks one worker does in a time, as things are; none where tasks are not quick. */
  tasksWithin(milliseconds: number): number {
    return this.#all.isQuick ? Math.floor(milliseconds / Math.max(this.#all.milliseconds, 0.01)) : 0;
  }
}

class RunningMean {
  milliseconds = 0;
  #runs = 0;

  get isQuick(): boolean {
    return this.#runs >= FEWEST_RUNS && this.milliseconds < QUICK_MILLISECONDS;
  }

  note(milliseconds: number): void {
    this.#runs = Math.min(this.#runs + 1, REMEMBERED_RUNS);
    this.milliseconds += (milliseconds - this.milliseconds) / this.#runs;
  }
}
