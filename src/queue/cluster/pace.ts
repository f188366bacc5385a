/** What a function is taken to need of which nothing is known yet: too much for being taken ahead. */
const UNKNOWN_MILLISECONDS = 10;

/** Below this, handing a task to a worker takes longer than the task. */
const QUICK_MILLISECONDS = 2;

/** A single slow run counts for much, as others would have waited behind it; many quick ones make up for it. */
const RISE = 0.5;
const FALL = 0.05;

/**
 * How long functions take, lately: quick ones may be taken ahead of time and handed to workers in batches, while
 * the others are left in the queue for whichever engine has a worker free.
 */
export class Pace {
  readonly #millisecondsByFunction = new Map<string, number>();
  #milliseconds = UNKNOWN_MILLISECONDS;

  /** A function ran for so long. */
  note(func: string, milliseconds: number): void {
    this.#millisecondsByFunction.set(
      func,
      follow(this.#millisecondsByFunction.get(func) ?? UNKNOWN_MILLISECONDS, milliseconds),
    );
    this.#milliseconds = follow(this.#milliseconds, milliseconds);
  }

  /** A worker died in this function: until it has been quick for a while, it runs alone. */
  distrust(func: string): void {
    this.#millisecondsByFunction.set(func, UNKNOWN_MILLISECONDS);
    this.#milliseconds = UNKNOWN_MILLISECONDS;
  }

  /** Whether tasks of this function may wait behind others in a worker. */
  isQuick(func: string): boolean {
    return (this.#millisecondsByFunction.get(func) ?? UNKNOWN_MILLISECONDS) < QUICK_MILLISECONDS;
  }

  /** How many tasks one worker does in a time, as things are; none where tasks are not quick. */
  tasksWithin(milliseconds: number): number {
    if (this.#milliseconds >= QUICK_MILLISECONDS) return 0;
    return Math.floor(milliseconds / Math.max(this.#milliseconds, 0.01));
  }
}

function follow(mean: number, milliseconds: number): number {
  return mean + (milliseconds - mean) * (milliseconds > mean ? RISE : FALL);
}
