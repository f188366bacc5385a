import { openDemoProgress } from './demo-progress.ts';
import type { DoneLine } from './done-lines.ts';

/** Something that a demo does. */
export interface DemoStepWords {
  /** While it is done: `drawing scenes`. */
  readonly label: string;
  /** When it was done: `Draw scenes`. */
  readonly what: string;
  /** What is counted: `scenes`. */
  readonly unit: string;
  /** How many there are; 0 if it is not known yet. */
  readonly total: number;
}

/** Shows how far a step is. @param total if it has become known, or has changed. */
export type ShowStep = (done: number, total?: number) => void;

/** The steps of a demo: each has a bar of its own, and what was done is kept for the table that the demo ends with. */
export class DemoSteps {
  readonly #output: NodeJS.WriteStream;
  readonly #labels: readonly string[];
  readonly #done: DoneLine[] = [];

  /** @param labels of all steps, so that their bars have one width. */
  constructor(output: NodeJS.WriteStream, labels: readonly string[]) {
    this.#output = output;
    this.#labels = labels;
  }

  /** What was done so far. */
  get done(): readonly DoneLine[] {
    return this.#done;
  }

  /** Does something, and keeps how long it took. @param act returns a note for the table. */
  async measure(
    { label, what, unit, total }: DemoStepWords,
    act: (show: ShowStep) => Promise<string>,
  ): Promise<void> {
    const progress = openDemoProgress(this.#output, { labels: [label, ...this.#labels], unit });
    let count = total;
    try {
      progress.show({ label, done: 0, total });
      const started = performance.now();
      const note = await act((done, newTotal = count) => {
        count = newTotal;
        progress.show({ label, done, total: count });
      });
      const seconds = (performance.now() - started) / 1_000;
      this.#done.push({ what, count, unit, seconds, note });
    } finally {
      progress.stop();
    }
  }

  /** Keeps something that was done without a bar. */
  note(line: DoneLine): void {
    this.#done.push(line);
  }
}
