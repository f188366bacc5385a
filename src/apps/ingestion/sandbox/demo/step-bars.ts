import { type DemoProgress, openDemoProgress } from '../../../../app-kit/sandbox/demo-progress.ts';
import type { IngestionTask } from './ingestion-client.ts';

const LABELS: Readonly<Record<string, string>> = {
  make: 'making the upstream table',
  copy: 'copying',
  clean: 'cleaning',
  index: 'indexing',
  filter_index: 'copying without sensitive terms',
  verify_copy: 'verifying',
  build_constraints: 'building indexes and constraints',
  promote: 'swapping',
  point_alias: 'pointing the alias of the filtered index',
};

/** A bar for each thing that is done, one below the other. */
export class StepBars {
  readonly #output: NodeJS.WriteStream;
  readonly #ended = new Set<number>();
  #open: { readonly name: string; readonly progress: DemoProgress } | undefined;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  /** Shows how far something is: the upstream table as `make`, or a step by its name. */
  show(name: string, done: number, total: number): void {
    const label = LABELS[name] ?? name;
    if (this.#open?.name !== name) {
      this.stop();
      const labels = [label, ...Object.values(LABELS)];
      this.#open = { name, progress: openDemoProgress(this.#output, { labels, unit: 'rows' }) };
    }
    // What is one thing, such as a swap, has no rows.
    this.#open.progress.show({ label, done, total: total > 1 ? total : 0 });
  }

  /** Shows the steps of a task that have ended since the last time, and the one that runs. */
  showTask({ steps }: IngestionTask): void {
    for (const [position, { name, state, rows, rows_total: total }] of steps.entries()) {
      const hasEnded = state === 'done' && !this.#ended.has(position);
      if (hasEnded) this.#ended.add(position);
      if (hasEnded || state === 'running') this.show(name, rows, total ?? 0);
    }
  }

  /** Ends the bar that is open. */
  stop(): void {
    this.#open?.progress.stop();
    this.#open = undefined;
  }
}
