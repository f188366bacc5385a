import type { DataFolder } from './data-folder.ts';
import { type RunningState, type StartedProcess, writeState } from './running-state.ts';

/** Keeps the state file true as processes come and go; its writes follow one another. */
export class StateKeeper {
  readonly #folder: DataFolder;
  #state: RunningState;
  #written: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(folder: DataFolder, state: RunningState) {
    this.#folder = folder;
    this.#state = state;
  }

  /** Notes a process in the place of the one of its name. */
  setProcess(started: StartedProcess): void {
    const others = this.#state.processes.filter(({ name }) => name !== started.name);
    void this.#write({ ...this.#state, processes: [...others, started] });
  }

  /** Notes that everything is up. */
  setReady(): Promise<void> {
    return this.#write({ ...this.#state, isReady: true });
  }

  /** Writes no more. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#written;
  }

  #write(state: RunningState): Promise<void> {
    this.#state = state;
    this.#written = this.#written
      .then(() => (this.#isStopped ? undefined : writeState(this.#folder, this.#state)))
      .catch(() => {});
    return this.#written;
  }
}
